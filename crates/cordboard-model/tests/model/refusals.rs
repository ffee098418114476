//! Servers that refuse, answer something else or vanish: the whole message that a person reads.

use cordboard_model::chat::{ModelError, ModelRequest};
use cordboard_model::openai::OpenAiConfig;

use crate::server::{FakeServer, KEY, Reply, ask, config, render};

fn error_of(config: OpenAiConfig, reply: Reply) -> ModelError {
    let request = ModelRequest { system: "Rules.".to_owned(), messages: Vec::new(), tools: Vec::new(), setting: None };
    let server = FakeServer::new([reply]);
    let last = ask(&server.model(config), request).pop();
    last.expect("an event").expect_err("an error")
}

fn check_refused(status: u16, body: &str, expected: &str) {
    let error = error_of(config(), Reply::answer(status, body));
    assert!(matches!(error, ModelError::Refused { status: found, .. } if found == status), "{error:?}");
    let text = error.to_string();
    assert!(!text.contains(KEY), "{text}");
    let prefix = format!("the model server at http://model.test/v1 refused ({status}): ");
    assert_eq!(text.strip_prefix(&prefix), Some(expected), "{body}");
}

fn check_broken(reply: Reply, expected: &str) {
    let error = error_of(config(), reply);
    assert!(matches!(error, ModelError::Broken { .. }), "{error:?}");
    assert_eq!(error.to_string(), format!("the model server at http://model.test/v1 {expected}"));
}

const WHERE: &str = "check base_url (usually ends in /v1) and the model's name `test-1`";
const BUSY: &str = "it is too busy or the quota is used up; try again later";
const ILL: &str = "the server itself has a problem; try again, or look into its log";
const TOOLS: &str = "start it with tool calls enabled or set tools = false";

#[test]
fn keys() {
    let openai = r#"{"error":{"message":"Incorrect API key provided: sk-secret-1. You can find your API key at https://platform.openai.com.","code":"invalid_api_key"}}"#;
    let words = "Incorrect API key provided: [key]. You can find your API key at https://platform.openai.com";
    check_refused(401, openai, &format!("{words}; check the key"));
    check_refused(401, r#"{"error":{"message":"Bad key: sk-sec***t-1"}}"#, "Bad key: [key]; check the key");
    check_refused(403, "", "check the key");
    let error = error_of(OpenAiConfig { key: None, ..config() }, Reply::answer(401, r#"{"detail":"Unauthorized"}"#));
    assert!(error.to_string().ends_with("(401): Unauthorized; check the key: none is configured"), "{error}");
}

#[test]
fn wrong_places_and_models() {
    check_refused(404, r#"{"detail":"Not Found"}"#, &format!("Not Found; {WHERE}"));
    let ollama = r#"{"error":{"message":"model \"test-1\" not found, try pulling it first","type":"api_error"}}"#;
    check_refused(404, ollama, &format!("model \"test-1\" not found, try pulling it first; {WHERE}"));
    let vllm = r#"{"object":"error","message":"The model `test-1` does not exist.","type":"NotFoundError","code":404}"#;
    check_refused(404, vllm, &format!("The model `test-1` does not exist; {WHERE}"));
    let nginx = "<html>\r\n<head><title>405 Not\nAllowed</title></head><body>…</body></html>";
    check_refused(405, nginx, &format!("a web page titled “405 Not Allowed”; {WHERE}"));
    check_refused(308, "", "it points elsewhere; check base_url (http or https, and its path)");
}

#[test]
fn busy_and_ill_servers() {
    check_refused(429, r#"[{"error":{"code":429,"message":"Quota exceeded."}}]"#, &format!("Quota exceeded; {BUSY}"));
    check_refused(503, r#"{"error":"Loading model"}"#, &format!("Loading model; {ILL}"));
    check_refused(502, "<!DOCTYPE html><p>Bad Gateway", &format!("a web page; {ILL}"));
    check_refused(500, r#"{"code":1}"#, &format!(r#"{{"code":1}}; {ILL}"#));
}

#[test]
fn requests_that_do_not_fit() {
    let fastapi = r#"{"detail":[{"loc":["body","messages"],"msg":"Field required"}]}"#;
    check_refused(422, fastapi, "body.messages: Field required");
    check_refused(400, &format!("{}\u{7}", "x ".repeat(500)), &format!("{}…", "x ".repeat(200)));
    check_refused(400, &format!("{}{KEY}", "x".repeat(395)), &format!("{}[key]", "x".repeat(395)));
    check_refused(400, "", "it gave no reason");
    let vllm = r#""auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set"#;
    check_refused(400, vllm, &format!("{vllm}; {TOOLS}"));
    check_refused(500, "tools param requires --jinja flag", &format!("tools param requires --jinja flag; {TOOLS}"));
    check_refused(
        400,
        r#"{"error":{"message":"This model's maximum context length is 4096 tokens."}}"#,
        "This model's maximum context length is 4096 tokens; the conversation is longer than its context; set \
         context_tokens to what it really has",
    );
}

#[test]
fn servers_that_are_not_there() {
    check_broken(
        Reply::NoConnection("does not answer: connection refused"),
        "does not answer: connection refused; start it or correct base_url",
    );
    check_broken(Reply::NoConnection("may not be reached: it has no host"), "may not be reached: it has no host");
}

#[test]
fn answers_that_are_no_stream() {
    let advice = "instead of a chat completion; check base_url (usually ends in /v1)";
    let page = "\n<!doctype html><title>Open WebUI</title>";
    check_broken(Reply::answer(200, page), &format!("answered with a web page titled “Open WebUI” {advice}"));
    check_broken(Reply::answer(200, r#"{"ok": true}"#), &format!("answered with {{\"ok\": true}} {advice}"));
    check_broken(Reply::answer(200, "data: hello\n\n"), &format!("answered with hello {advice}"));
    for nothing in ["", "\n\n", ": ping\n\n"] {
        check_broken(Reply::answer(200, nothing), "closed the connection without an answer");
    }
    check_refused(200, r#"{"error": {"message": "Overloaded"}}"#, "Overloaded");
    check_refused(200, "event: error\ndata: Overloaded\n\n", "Overloaded");
}

#[test]
fn a_connection_that_breaks_matters_only_before_the_end() {
    let chunk = |finish: &str| {
        format!("data: {{\"choices\":[{{\"delta\":{{\"content\":\"a\"}},\"finish_reason\":{finish}}}]}}\n\n")
    };
    let problem = "broke off: connection reset";
    check_broken(Reply::BreakAfter { body: chunk("null").into(), problem }, problem);
    let server = FakeServer::new([Reply::BreakAfter { body: chunk("\"stop\"").into(), problem }]);
    let request = ModelRequest { system: "Rules.".to_owned(), messages: Vec::new(), tools: Vec::new(), setting: None };
    assert_eq!(render(&ask(&server.model(config()), request)), "text \"a\"\n");
}

#[test]
fn a_model_that_only_thought_says_why_it_is_silent() {
    let body = "data: {\"choices\":[{\"delta\":{\"reasoning_content\":\"Hm\"},\"finish_reason\":\"length\"}]}\n\n";
    let error = error_of(config(), Reply::answer(200, body));
    assert!(error.to_string().contains("limit of tokens before it said anything"), "{error}");
}
