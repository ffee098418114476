//! Requests from elsewhere, and what every answer carries.

use cordboard_testkit::TestBuilder;

#[tokio::test]
async fn forms_from_other_sites_do_nothing() {
    let app = TestBuilder::new(Vec::new()).start().await;
    let conversation = app.conversation().await;
    let mut page = app.open().await;
    page.sign_in().await;
    let url = format!("{}/conversations/{conversation}/messages", page.base);
    for (name, value) in [("origin", "https://evil.example"), ("sec-fetch-site", "cross-site"), ("x-none", "")] {
        let request = page.client.post(&url).header(name, value).body("message=hello");
        assert_eq!(page.send(request).await.status(), 403, "{name}: {value}");
    }
    assert!(app.events(conversation).await.is_empty());
}

#[tokio::test]
async fn a_rebound_name_is_not_answered() {
    let app = TestBuilder::new(Vec::new()).start().await;
    let page = app.open().await;
    let request = page.client.get(format!("{}/sign-in", page.base)).header("host", "evil.example");
    assert_eq!(page.send(request).await.status(), 421);
}

#[tokio::test]
async fn every_answer_carries_the_policy() {
    let app = TestBuilder::new(Vec::new()).start().await;
    let page = app.open().await;
    for path in ["/sign-in", "/nowhere", "/assets/page.js", "/conversations/nonsense"] {
        let answer = page.get(path).await;
        let policy = answer.headers()["content-security-policy"].to_str().unwrap();
        assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{path}");
        assert_eq!(answer.headers()["x-content-type-options"], "nosniff");
    }
}

#[tokio::test]
async fn an_address_that_leads_nowhere_offers_a_way_on() {
    let app = TestBuilder::new(Vec::new()).start().await;
    let page = app.open().await;
    let answer = page.get("/nowhere").await;
    assert_eq!(answer.status(), 404);
    assert!(answer.text().await.unwrap().contains("Go to the chat"));
}
