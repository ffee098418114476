//! How often the host asks without need: requests of people that two plugins answer, one after the other.

use cordboard_agent::data_flow::{Outgoing, disclosures};
use cordboard_domain::call::Call;
use cordboard_domain::disclosure::Disclosure;
use cordboard_domain::id::{ModelId, TurnId};
use cordboard_domain::time::Timestamp;
use cordboard_domain::turn::{Round, Step, Turn};
use serde::Deserialize;
use serde_json::{Value, json};

const FIRST: &str = "0190f1f0a0a070008000000000000001";
const SECOND: &str = "0190f1f0a0a070008000000000000002";
/// The most of the 85 requests without another plugin's value that may ask.
const NEEDLESS: usize = 2;

#[derive(Deserialize)]
struct Requests {
    today: String,
    requests: Vec<Request>,
}

/// What a person typed, the first plugin's arguments and result, and the second plugin's arguments.
#[derive(Deserialize)]
struct Request {
    said: Vec<String>,
    first: Value,
    result: Value,
    second: Value,
    asks: bool,
}

impl Request {
    fn turns(&self) -> Vec<Turn> {
        let last = self.said.len() - 1;
        let with_call = last.min(usize::from(last == 0));
        let turn = |(number, message): (usize, &String)| Turn {
            id: "0190f1f0a0a070008000000000000009".parse::<TurnId>().unwrap(),
            user_message: message.clone(),
            model: ModelId(String::new()),
            follows: None,
            started_at: Timestamp::UNIX_EPOCH,
            rounds: if number == with_call { vec![self.round()] } else { Vec::new() },
            progress: String::new(),
            outcome: None,
            sequence: 1,
        };
        self.said.iter().enumerate().map(turn).collect()
    }

    fn round(&self) -> Round {
        let body = self.result.as_str().map_or_else(|| self.result.to_string(), str::to_owned);
        let call = json!({
            "id": "0190f1f0a0a07000800000000000a001", "model_call_id": "", "tool": "first",
            "raw_arguments": self.first.to_string(),
            "plan": {"plugin": FIRST, "version": "", "operation": "first", "method": "GET",
                     "url": "https://first.example/", "headers": [], "body": null},
            "preview": {"plugin_name": "First", "summary": "", "host": "", "arguments": self.first},
            "state": {"state": "answered", "response": {"status": 200, "content_type": "", "headers": [], "body": body,
                      "truncated": false, "elapsed_ms": 1}},
        });
        Round { steps: vec![Step::Call(serde_json::from_value(call).unwrap())], is_complete: true }
    }

    fn disclosures(&self, today: &str) -> Vec<Disclosure> {
        let call = json!({"id": "0190f1f0a0a07000800000000000b001", "model_call_id": "", "tool": "second",
                          "raw_arguments": self.second.to_string(), "plan": null, "preview": null,
                          "state": {"state": "proposed"}});
        let call: Call = serde_json::from_value(call).unwrap();
        let turns = self.turns();
        let path: Vec<&Turn> = turns.iter().collect();
        let outgoing = Outgoing {
            call: &call,
            plugin: SECOND.parse().unwrap(),
            arguments: &self.second,
            schema: &json!({}),
            now: format!("{today}T12:00:00Z").parse().unwrap(),
        };
        disclosures(outgoing, &path)
    }
}

#[test]
fn honest_requests_rarely_ask_and_handed_on_values_always_do() {
    let Requests { today, requests } = serde_json::from_str(include_str!("honest_requests.json")).unwrap();
    assert_eq!((requests.len(), requests.iter().filter(|each| each.asks).count()), (100, 15));
    let mut needless = Vec::new();
    for request in &requests {
        let found = request.disclosures(&today);
        let names_first = matches!(&found[..], [Disclosure::Result { plugin_name, .. }, ..] if plugin_name == "First");
        assert!(!request.asks || names_first, "does not ask: {}: {found:?}", request.second);
        if !request.asks && !found.is_empty() {
            needless.push(format!("{:?} {} {found:?}", request.said, request.second));
        }
    }
    println!("{} of 85 ask without need: {needless:#?}", needless.len());
    assert!(needless.len() <= NEEDLESS, "{} ask without need: {needless:#?}", needless.len());
}
