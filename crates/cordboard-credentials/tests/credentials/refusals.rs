//! Answers that must not be taken: every case is tried and none may leave a connection.

use cordboard_credentials::Keyring;
use cordboard_domain::connection::Wanted;
use cordboard_domain::credential::{OAuthServer, SchemeKind};
use cordboard_domain::plugin::VersionDigest;
use cordboard_domain::ports::{Callback, Credentials as _, PersonalData as _, Vault as _};
use cordboard_domain::secret::TokenDigest;

use crate::stage::{REDIRECT, Stage, good, keys, session, tokens, version};

/// Counts the cases and makes sure that nothing came of them.
struct Cases<'stage> {
    stage: &'stage Stage,
    count: usize,
}

impl Cases<'_> {
    async fn refused(&mut self, what: &str, outcome: Result<(), String>) {
        self.count += 1;
        assert!(outcome.is_err(), "{what}");
        for user in [self.stage.ada, self.stage.bob] {
            assert_eq!(self.stage.keeper.list_connections(user).await.unwrap(), [], "{what}");
        }
    }

    async fn callback(&mut self, what: &str, callback: Callback) {
        let outcome = self.stage.arrive(callback).await;
        self.refused(what, outcome.map(|_| ()).map_err(|error| error.to_string())).await;
    }
}

fn set(callback: Callback, change: impl FnOnce(&mut Callback)) -> Callback {
    let mut callback = callback;
    change(&mut callback);
    callback
}

#[tokio::test]
async fn no_wrong_callback_and_no_wrong_token_is_taken() {
    let stage = Stage::set().await;
    let kind = || SchemeKind::OAuth(stage.oauth());
    stage.register_client(kind(), false).await;
    stage.stub.answer("/token", 200, "application/json", tokens("a", "r", 60));
    let mut cases = Cases { stage: &stage, count: 0 };

    states(&stage, &mut cases).await;
    others(&stage, &mut cases).await;
    codes_and_issuers(&stage, &mut cases).await;
    token_answers(&stage, &mut cases).await;
    departures(&stage, &mut cases).await;
    assert!(cases.count >= 200, "{} cases", cases.count);

    stage.stub.answer("/token", 200, "application/json", tokens("a", "r", 60));
    let given = stage.state().await;
    assert!(stage.arrive(good(&given)).await.is_ok(), "the right one is taken");
}

/// States that were never given, were changed, were used, or are too old.
async fn states(stage: &Stage, cases: &mut Cases<'_>) {
    cases.callback("nothing was begun", Callback::default()).await;
    let given = stage.state().await;
    for length in 0..given.len() {
        cases.callback("a state that is cut off", good(&given[..length])).await;
    }
    for place in 0..given.len() {
        let changed: String =
            given.chars().enumerate().map(|(at, each)| if at == place { 'g' } else { each }).collect();
        cases.callback("a state with another character", good(&changed)).await;
    }
    for wrong in
        [given.to_uppercase(), format!("{given} "), format!("{given}0"), TokenDigest::of(&given).0, "%00".to_owned()]
    {
        cases.callback("another state", good(&wrong)).await;
    }
    let old = stage.state().await;
    stage.clock.advance(600);
    cases.callback("ten minutes later", good(&old)).await;
    let declined = stage.state().await;
    let denied =
        Callback { error: Some("access_denied".to_owned()), state: Some(declined.clone()), ..Callback::default() };
    cases.callback("the person declined", denied).await;
    cases.callback("after the person declined", good(&declined)).await;
    let failed = stage.state().await;
    cases.callback("without a code", set(good(&failed), |each| each.code = None)).await;
    cases.callback("again with a code", good(&failed)).await;
    stage.state().await;
    cases.callback("one is open and no state comes", set(good(""), |each| each.state = None)).await;
    stage.state().await;
    cases.callback("no state comes, twice", set(good(""), |each| each.state = None)).await;
}

/// Answers that belong to another person, session, plugin or version.
async fn others(stage: &Stage, cases: &mut Cases<'_>) {
    let other_session = TokenDigest::of("another session");
    let next = VersionDigest::from_stored("v2".to_owned());
    let wrong = [
        (stage.bob, session(), stage.plugin, version(), "somebody else's session"),
        (stage.ada, other_session.clone(), stage.plugin, version(), "another session of hers"),
        (stage.bob, other_session, stage.plugin, version(), "somebody else"),
        (stage.ada, session(), stage.other, version(), "another plugin's callback"),
        (stage.ada, session(), stage.plugin, next, "the plugin has become another version"),
    ];
    for (user, session, plugin, version, what) in wrong {
        let given = stage.state().await;
        let outcome = stage.keeper.complete_authorization(user, &session, plugin, &version, good(&given)).await;
        cases.refused(what, outcome.map(|_| ()).map_err(|error| error.to_string())).await;
        cases.callback("the same answer where it belongs, later", good(&given)).await;
    }
    // Whoever has other keys cannot even read what was begun.
    let given = stage.state().await;
    let stranger = stage.replica(Keyring::parse("test", &keys().replace("11", "22")).unwrap());
    let outcome = stranger.arrive(good(&given)).await;
    cases.refused("with another key", outcome.map(|_| ()).map_err(|error| error.to_string())).await;
}

async fn codes_and_issuers(stage: &Stage, cases: &mut Cases<'_>) {
    let long = "c".repeat(5_000);
    for code in ["", " ", "a b", "a\n", "ä", "\u{0}", long.as_str()] {
        let given = stage.state().await;
        cases.callback("a code that cannot be one", set(good(&given), |each| each.code = Some(code.to_owned()))).await;
    }
    let host = stage.stub.origin.trim_start_matches("http://");
    let issuers = [
        "https://evil.example".to_owned(),
        format!("https://{host}"),
        format!("http://{host}.evil.example"),
        format!("http://evil.example/{host}"),
        "http://localhost:1".to_owned(),
        "null".to_owned(),
        String::new(),
        "javascript:alert(1)".to_owned(),
    ];
    for issuer in issuers {
        let given = stage.state().await;
        cases.callback(&format!("the issuer {issuer}"), set(good(&given), |each| each.iss = Some(issuer))).await;
    }
    for error in ["access_denied", "server_error", "invalid_scope", "", "\u{1b}[2J", "<script>"] {
        let given = stage.state().await;
        cases.callback("an error beside a code", set(good(&given), |each| each.error = Some(error.to_owned()))).await;
    }
}

async fn token_answers(stage: &Stage, cases: &mut Cases<'_>) {
    let fine = tokens("a", "r", 60);
    let huge = format!("{{\"access_token\": \"{}\"}}", "x".repeat(20_000));
    let endless = format!("{{\"access_token\": \"a\", \"x\": \"{}\"}}", "x".repeat(70_000));
    let bodies = [
        "",
        " ",
        "{",
        "[]",
        "null",
        "7",
        "\"a\"",
        "{}",
        "<html><body>Error</body></html>",
        "<!doctype html>",
        "access_token=a",
        "{\"access_token\": null}",
        "{\"access_token\": \"\"}",
        "{\"access_token\": 1}",
        "{\"access_token\": true}",
        "{\"access_token\": {}}",
        "{\"access_token\": [\"a\"]}",
        "{\"accessToken\": \"a\"}",
        "{\"token\": \"a\"}",
        "{\"access_token\": \"a b\"}",
        "{\"access_token\": \"a\\r\\nX: y\"}",
        "{\"access_token\": \"\\u0000\"}",
        "{\"access_token\": \"a\", \"token_type\": \"mac\"}",
        "{\"access_token\": \"a\", \"token_type\": \"DPoP\"}",
        "{\"access_token\": \"a\", \"error\": \"invalid_grant\"}",
        "{\"error\": \"invalid_client\"}",
        huge.as_str(),
        endless.as_str(),
    ];
    for body in bodies {
        stage.stub.answer("/token", 200, "application/json", body);
        let given = stage.state().await;
        cases.callback(&format!("the token answer {body:.60}"), good(&given)).await;
    }
    for kind in
        ["text/html", "application/xml", "image/png", "application/octet-stream", "multipart/form-data", "text/css"]
    {
        stage.stub.answer("/token", 200, kind, fine.as_str());
        let given = stage.state().await;
        cases.callback(&format!("tokens as {kind}"), good(&given)).await;
    }
    for status in
        [201_u16 + 100, 302, 303, 307, 308, 400, 401, 402, 403, 404, 405, 408, 418, 429, 500, 501, 502, 503, 504]
    {
        let leads = vec![
            ("content-type", "application/json".to_owned()),
            ("location", format!("{}/elsewhere", stage.stub.origin)),
        ];
        stage.stub.answer_with("/token", status, leads, fine.as_str());
        let given = stage.state().await;
        cases.callback(&format!("tokens with status {status}"), good(&given)).await;
    }
    assert!(stage.stub.received("/elsewhere").is_empty(), "no redirect is followed with a secret");
}

/// Addresses to which no browser is sent and no code is brought.
async fn departures(stage: &Stage, cases: &mut Cases<'_>) {
    stage.stub.answer("/token", 200, "application/json", tokens("a", "r", 60));
    let pages = [
        "javascript:alert(1)",
        "data:text/html,x",
        "http://evil.example/authorize",
        "ftp://evil.example/",
        "https://u:p@evil.example/",
        "file:///etc/passwd",
        "//evil.example",
        "",
        "vbscript:x",
        "http://192.168.0.1/a",
    ];
    for page in pages {
        let server = OAuthServer { authorization_url: page.to_owned(), ..stage.oauth() };
        let wanted = stage.wanted(SchemeKind::OAuth(server));
        let outcome = stage.keeper.begin_authorization(&wanted, &session(), REDIRECT).await;
        cases.refused(page, outcome.map(|_| ()).map_err(|error| error.to_string())).await;
    }
    let token_servers = [
        "http://127.0.0.1:1/token",
        "http://169.254.169.254/token",
        "http://10.0.0.1/token",
        "javascript:x",
        "http://[::1]:9/",
    ];
    for token_url in token_servers {
        let server = OAuthServer { token_url: token_url.to_owned(), ..stage.oauth() };
        let wanted: Wanted = stage.wanted(SchemeKind::OAuth(server));
        let url = stage.keeper.begin_authorization(&wanted, &session(), REDIRECT).await.unwrap();
        cases.callback(token_url, good(&crate::stage::parameter(&url, "state"))).await;
    }
    for required in [true, false] {
        let server = OAuthServer {
            issuer: Some("https://id.example".to_owned()),
            always_names_issuer: required,
            ..stage.oauth()
        };
        let wanted = stage.wanted(SchemeKind::OAuth(server));
        let url = stage.keeper.begin_authorization(&wanted, &session(), REDIRECT).await.unwrap();
        let iss = if required { None } else { Some("https://id.example/".to_owned()) };
        let callback = set(good(&crate::stage::parameter(&url, "state")), |each| each.iss = iss);
        cases.callback("the issuer is known and another one, or none, is named", callback).await;
    }
}

#[tokio::test]
async fn a_server_without_state_is_taken_only_where_its_developer_says_so() {
    let stage = Stage::set().await;
    stage.register_client(SchemeKind::OAuth(stage.oauth()), true).await;
    stage.stub.answer("/token", 200, "application/json", tokens("a", "r", 60));
    let without = || Callback { code: Some("c".to_owned()), ..Callback::default() };
    assert!(stage.arrive(without()).await.is_err(), "nothing was begun");
    stage.state().await;
    stage.state().await;
    assert!(stage.arrive(without()).await.is_err(), "it could be either");
    stage.clock.advance(600);
    stage.state().await;
    assert!(stage.arrive(without()).await.is_ok());
    assert!(stage.arrive(without()).await.is_err());
}

#[tokio::test]
async fn what_a_server_echoes_is_not_told() {
    let stage = Stage::set().await;
    stage.register_client(SchemeKind::OAuth(stage.oauth()), false).await;
    let echo =
        r#"{"error": "invalid_client", "error_description": "client-secret-canary and code-canary-1 are wrong"}"#;
    stage.stub.answer("/token", 401, "application/json", echo);
    let given = stage.state().await;
    let error = stage.arrive(good(&given)).await.unwrap_err().to_string();
    assert_eq!(error, "The token server answers 401 and says “●●●● and ●●●● are wrong”.");
}

#[tokio::test]
async fn no_part_of_an_echo_is_told_where_it_is_cut_or_stands_in_a_header() {
    let stage = Stage::set().await;
    stage.register_client(SchemeKind::OAuth(stage.oauth()), false).await;
    let body =
        format!(r#"{{"error": "invalid_client", "error_description": "{} client-secret-canary"}}"#, "x".repeat(190));
    let headers =
        vec![("content-type", "application/json".to_owned()), ("x-seen", "is client-secret-canary".to_owned())];
    stage.stub.answer_with("/token", 401, headers, body);
    let wanted = Wanted { is_rehearsed: true, ..stage.wanted(SchemeKind::OAuth(stage.oauth())) };
    let url = stage.keeper.begin_authorization(&wanted, &session(), REDIRECT).await.unwrap();
    let error = stage.arrive(good(&crate::stage::parameter(&url, "state"))).await.unwrap_err().to_string();
    assert!(error.contains('●') && !error.contains("client"), "{error}");
    let rehearsal = format!("{:?}", stage.keeper.lookup_rehearsal(stage.plugin).await.unwrap());
    assert!(rehearsal.contains("x-seen") && !rehearsal.contains("canary"), "{rehearsal}");
}

#[tokio::test]
async fn nobody_renews_or_chooses_what_is_somebody_elses() {
    let stage = Stage::set().await;
    let hers = stage.connected(3600).await.connection;
    let before = stage.store.lookup_connection(hers).await.unwrap();
    let attach = cordboard_domain::credential::Attach::Bearer;
    let wanted = Wanted {
        user: stage.bob,
        renews: Some(hers),
        conversation: None,
        ..stage.wanted(SchemeKind::UserKey { attach })
    };
    assert_ne!(stage.keeper.add_key(&wanted, "bobs-own-key", "").await.unwrap(), hers);
    let wanted = Wanted { user: stage.ada, plugin: stage.other, ..wanted };
    assert_ne!(stage.keeper.add_key(&wanted, "of-another-plugin", "").await.unwrap(), hers);
    assert_eq!(stage.store.lookup_connection(hers).await.unwrap(), before);
    assert!(stage.keeper.choose(stage.bob, stage.conversation, hers).await.is_err());
    assert!(stage.keeper.rehearse_renewal(stage.bob, hers).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_equal_answers_at_once_on_two_servers_one_is_taken() {
    let first = Stage::over(crate::renewal::database().await, Keyring::parse("test", &keys()).unwrap()).await;
    let second = first.replica(Keyring::parse("test", &keys()).unwrap());
    first.register_client(SchemeKind::OAuth(first.oauth()), false).await;
    first.stub.answer("/token", 200, "application/json", tokens("a", "r", 60));
    for _ in 0..10 {
        let (state, asked) = (first.state().await, first.stub.received("/token").len());
        let (one, two) = tokio::join!(first.arrive(good(&state)), second.arrive(good(&state)));
        assert!(one.is_ok() != two.is_ok(), "{one:?} {two:?}");
        assert_eq!(first.stub.received("/token").len(), asked + 1, "the code is shown once");
    }
}

#[tokio::test]
async fn a_sign_in_whose_plugin_or_person_is_gone_comes_to_nothing() {
    let stage = Stage::set().await;
    stage.register_client(SchemeKind::OAuth(stage.oauth()), false).await;
    stage.stub.answer("/token", 200, "application/json", tokens("a", "r", 60));
    let given = stage.state().await;
    stage.store.delete_person(stage.ada).await.unwrap();
    assert!(stage.arrive(good(&given)).await.is_err());
    assert!(stage.stub.received("/token").is_empty());
}
