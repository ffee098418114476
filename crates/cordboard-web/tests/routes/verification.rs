//! Whose a plugin's origin is: what the host fetches from it counts, and nothing that a developer hands over.

use cordboard_domain::account::Role;
use cordboard_domain::plugin::{DocumentSource, Standing};
use cordboard_domain::ports::PluginShelf as _;
use cordboard_testkit::{FakePlugin, TestApp, TestPage};

use crate::scene::{
    MUST_CALL, MUST_NOT_CALL, app, location, manifest, person, plugin, read, registered, spec_with, submitted, verified,
};

const CHALLENGE: &str = "/.well-known/cordboard-verification.txt";

/// The status and page of an attempt to submit.
async fn submit(developer: &TestPage, page: &str) -> (u16, String) {
    let form = [("category", "productivity"), ("must_call", MUST_CALL), ("must_not_call", MUST_NOT_CALL)];
    read(developer.post(&format!("{page}/submit"), &form).await).await
}

async fn paste(developer: &TestPage, text: &str, address: &str) -> String {
    location(developer.post("/develop", &[("text", text), ("address", address)]).await).await
}

/// A pasted description of an API at the fake plugin's origin.
async fn pasted(app: &TestApp, developer: &TestPage) -> String {
    paste(developer, &spec_with(&[]), app.plugin.origin()).await
}

#[tokio::test]
async fn a_pasted_manifest_with_the_token_verifies_nothing() {
    let app = app().await;
    let developer = person(&app, "dora", Role::Developer).await;
    let home = registered(&app, &developer).await;
    let token = plugin(&app, &home).await.verification_token;
    // A public description, as a pasted text leads to no private one.
    let origin = app.plugin.origin().to_owned();
    let text = manifest(&origin, "Todo list", &token);
    let refused = developer.post("/develop", &[("text", text.as_str()), ("address", origin.as_str())]).await;
    assert!(refused.status().is_client_error(), "{}", refused.status());
    // A manifest at another path of the same host shows nothing either.
    app.plugin.set_document("/uploads/ai-plugin.json", Some(&text));
    let address = format!("{origin}/uploads/ai-plugin.json");
    let uploaded = location(developer.post("/develop", &[("address", address.as_str())]).await).await;
    for page in [&home, &uploaded] {
        assert_eq!(plugin(&app, page).await.verified_at, None, "{page}");
        let (status, html) = submit(&developer, page).await;
        assert!(status == 409 && html.contains("The domain is not verified"), "{status} {html}");
        assert_eq!(plugin(&app, page).await.standing, Standing::Unverified);
    }
}

#[tokio::test]
async fn a_challenge_file_verifies_an_api_without_a_manifest_and_its_loss_is_noted() {
    let app = app().await;
    let developer = person(&app, "dora", Role::Developer).await;
    let home = pasted(&app, &developer).await;
    let found = plugin(&app, &home).await;
    let version = app.store.get_version(&found.current).await.unwrap();
    assert_eq!((version.documents.source, found.verified_at), (DocumentSource::Pasted, None));
    let html = developer.html(&home).await;
    assert!(html.contains(CHALLENGE) && html.contains(&found.verification_token), "{html}");
    assert!(html.contains("pasted text claims it"), "{html}");
    for wrong in ["", "x", &format!("{} and more", found.verification_token)] {
        app.plugin.set_document(CHALLENGE, Some(wrong));
        assert_eq!(submit(&developer, &home).await.0, 409, "{wrong}");
    }
    app.plugin.set_document(CHALLENGE, Some(&format!("{}\n", found.verification_token)));
    pasted(&app, &developer).await;
    assert!(plugin(&app, &home).await.verified_at.is_some());
    assert!(!developer.html(&home).await.contains("pasted text claims it"));
    app.plugin.set_document(CHALLENGE, None);
    pasted(&app, &developer).await;
    let found = plugin(&app, &home).await;
    assert!(found.verified_at.is_none() && found.verified_origins.is_empty(), "{found:?}");
    app.plugin.set_document(CHALLENGE, Some(&found.verification_token));
    pasted(&app, &developer).await;
    assert!(plugin(&app, &home).await.verified_at.is_some());
    app.plugin.set_document(CHALLENGE, None);
    // Nothing is served where the description was pasted for, so that the refresh fails.
    developer.post(&format!("{home}/refresh"), &[]).await;
    assert!(plugin(&app, &home).await.verified_at.is_none(), "a failed refresh looks for the token too");
}

#[tokio::test]
async fn one_developers_token_verifies_nothing_for_another() {
    let app = app().await;
    let dora = person(&app, "dora", Role::Developer).await;
    let eve = person(&app, "eve", Role::Developer).await;
    let (hers, eves) = (registered(&app, &dora).await, registered(&app, &eve).await);
    verified(&app, &dora, &hers).await;
    assert_eq!(eve.post(&format!("{eves}/refresh"), &[]).await.status(), 303);
    assert!(plugin(&app, &hers).await.verified_at.is_some() && plugin(&app, &eves).await.verified_at.is_none());
    assert_eq!(submit(&eve, &eves).await.0, 409);
}

#[tokio::test]
async fn approval_looks_for_the_token_again() {
    let app = app().await;
    let developer = person(&app, "dora", Role::Developer).await;
    let reviewer = person(&app, "rita", Role::Reviewer).await;
    let home = registered(&app, &developer).await;
    verified(&app, &developer, &home).await;
    let review = submitted(&app, &developer, &reviewer, &home).await;
    let token = plugin(&app, &home).await.verification_token;
    app.plugin.set_manifest(manifest(app.plugin.origin(), "Todo list", "gone"));
    let (status, html) = read(reviewer.post(&format!("{review}/approve"), &[("reason", "Fine.")]).await).await;
    assert!(status == 409 && html.contains("The domain is not verified"), "{status} {html}");
    let found = plugin(&app, &home).await;
    assert!(found.verified_at.is_none() && found.standing == Standing::InReview, "{found:?}");
    app.plugin.set_manifest(manifest(app.plugin.origin(), "Todo list", &token));
    reviewer.post(&format!("{review}/approve"), &[("reason", "Fine.")]).await;
    assert_eq!(plugin(&app, &home).await.standing, Standing::Approved);
}

#[tokio::test]
async fn the_token_may_not_come_from_another_host() {
    let app = app().await;
    let other = FakePlugin::start().await;
    let developer = person(&app, "dora", Role::Developer).await;
    let home = registered(&app, &developer).await;
    let token = plugin(&app, &home).await.verification_token;
    other.set_manifest(manifest(app.plugin.origin(), "Todo list", &token));
    other.set_document(CHALLENGE, Some(&token));
    app.plugin.redirect("/.well-known/ai-plugin.json", &format!("{}/.well-known/ai-plugin.json", other.origin()));
    app.plugin.redirect(CHALLENGE, &format!("{}{CHALLENGE}", other.origin()));
    assert_eq!(submit(&developer, &home).await.0, 409);
    assert!(plugin(&app, &home).await.verified_origins.is_empty());
}

#[tokio::test]
async fn another_host_is_shown_wherever_the_origin_is() {
    let app = app().await;
    let developer = person(&app, "dora", Role::Developer).await;
    let reviewer = person(&app, "rita", Role::Reviewer).await;
    let spec = spec_with(&[]).replace("paths:", "servers: [{url: 'https://api.elsewhere.example/v1'}]\npaths:");
    app.plugin.set_spec(spec);
    let home = registered(&app, &developer).await;
    verified(&app, &developer, &home).await;
    let found = plugin(&app, &home).await;
    let review = submitted(&app, &developer, &reviewer, &home).await;
    for page in [home, "/develop".to_owned(), "/plugins".to_owned(), format!("/plugins/{}", found.id)] {
        let html = developer.html(&page).await;
        assert!(html.contains("another host: api.elsewhere.example"), "{page}: {html}");
    }
    for page in [review, "/reviews".to_owned()] {
        let html = reviewer.html(&page).await;
        assert!(html.contains("another host: api.elsewhere.example"), "{page}: {html}");
    }
}
