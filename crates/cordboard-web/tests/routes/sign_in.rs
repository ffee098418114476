//! Signing in.

use cordboard_domain::time::SignedDuration;
use cordboard_testkit::TestBuilder;

#[tokio::test]
async fn a_link_works_once() {
    let app = TestBuilder::new(Vec::new()).start().await;
    let mut page = app.open().await;
    page.sign_in().await;
    assert_eq!(page.get("/plugins").await.status(), 200);
    let again = page.get(&page.link).await;
    assert_eq!(again.status(), 410);
    assert!(again.text().await.unwrap().contains("This link no longer works"));
}

#[tokio::test]
async fn a_link_expires() {
    let app = TestBuilder::new(Vec::new()).start().await;
    let page = app.open().await;
    app.clock.advance(SignedDuration::from_mins(16));
    assert_eq!(page.get(&page.link).await.status(), 410);
}

#[tokio::test]
async fn nothing_is_shown_without_a_session() {
    let app = TestBuilder::new(Vec::new()).start().await;
    let conversation = app.conversation().await;
    let page = app.open().await;
    let base = format!("/conversations/{conversation}");
    for path in ["/", "/plugins", &base, &format!("{base}/events?after=0")] {
        let answer = page.get(path).await;
        assert_eq!(
            (answer.status().as_u16(), &answer.headers()["location"]),
            (303, &"/sign-in".parse().unwrap()),
            "{path}"
        );
    }
    let answer = page.post(&format!("{base}/messages"), &[("message", "hello")]).await;
    assert_eq!(answer.headers()["location"], "/sign-in");
    assert!(app.events(conversation).await.is_empty());
}

#[tokio::test]
async fn signing_out_ends_the_session_on_the_server() {
    let app = TestBuilder::new(Vec::new()).start().await;
    let mut page = app.open().await;
    page.sign_in().await;
    page.post("/sign-out", &[]).await;
    // The old cookie is still sent here, and no longer means anything.
    assert_eq!(page.get("/plugins").await.status(), 303);
}
