//! New versions of what people have.

use cordboard_domain::account::Role;

use crate::scene::{app, location, person, plugin, read, registered, spec_with};

#[tokio::test]
async fn an_update_is_accepted_as_it_was_shown_or_not_at_all() {
    let app = app().await;
    let developer = person(&app, "dora", Role::Developer).await;
    let user = person(&app, "uma", Role::User).await;
    let home = registered(&app, &developer).await;
    let detail = home.replace("develop", "plugins");
    developer.post(&format!("{home}/shares"), &[("login", "uma")]).await;
    user.post(&format!("{detail}/install"), &[]).await;
    assert!(!user.html(&detail).await.contains("An update waits"));

    app.plugin.set_spec(spec_with(&[]).replace("Get the list", "Fetch the list"));
    developer.post(&format!("{home}/refresh"), &[]).await;
    let shown = plugin(&app, &home).await.current;
    let html = user.html(&detail).await;
    for text in [
        "An update waits",
        "How it is called",
        "<code>getTodos</code> no longer takes <code>limit</code>",
        "<del>",
        "<ins>",
    ] {
        assert!(html.contains(text), "{text} in {html}");
    }
    assert!(html.contains("You keep the version that you have until you accept"), "{html}");
    assert!(user.html("/plugins").await.contains("An update waits"));

    // It changes once more before the person decides.
    app.plugin.set_spec(spec_with(&["book"]));
    developer.post(&format!("{home}/refresh"), &[]).await;
    let (status, html) = read(user.post(&format!("{detail}/accept"), &[("version", shown.as_str())]).await).await;
    assert!(status == 409 && html.contains("look again"), "{html}");
    let current = plugin(&app, &home).await.current;
    let accepted = user.post(&format!("{detail}/accept"), &[("version", current.as_str())]).await;
    assert_eq!(location(accepted).await, detail);
    assert!(!user.html(&detail).await.contains("An update waits"));
}

#[tokio::test]
async fn a_developer_goes_over_at_once() {
    let app = app().await;
    let developer = person(&app, "dora", Role::Developer).await;
    let home = registered(&app, &developer).await;
    app.plugin.set_spec(spec_with(&["book"]));
    developer.post(&format!("{home}/refresh"), &[]).await;
    let html = developer.html(&home.replace("develop", "plugins")).await;
    assert!(html.contains("POST /book") && !html.contains("An update waits"), "{html}");
}
