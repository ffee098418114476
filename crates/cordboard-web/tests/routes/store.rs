//! The store: what people find, and what they are shown of it.

use cordboard_domain::account::Role;
use cordboard_domain::plugin::Category;
use cordboard_domain::time::SignedDuration;

use crate::pictures;
use crate::scene::{app, listed, person, registered, signed_in};

#[tokio::test]
async fn an_empty_store_says_how_plugins_come_to_it() {
    let app = app().await;
    let user = person(&app, "uma", Role::User).await;
    let html = user.html("/store").await;
    assert!(html.contains("The store is empty so far") && html.contains("share one with you by a link"), "{html}");
    assert!(!html.contains("Install an unverified plugin"), "the foot is for developers");
    let developer = person(&app, "dora", Role::Developer).await;
    let html = developer.html("/store").await;
    for text in ["Install an unverified plugin", "Develop your own plugin", "href=\"/develop\""] {
        assert!(html.contains(text), "{text}");
    }
}

#[tokio::test]
async fn a_card_says_what_matters_and_contacts_nobody() {
    let app = app().await;
    let plugin = listed(&app, 1, "Hotels", Category::Travel).await;
    listed(&app, 2, "HoteIs", Category::Travel).await;
    let user = person(&app, "uma", Role::User).await;
    let html = user.html("/store").await;
    for text in [
        "What Hotels does for people.",
        "p1.example · No sign-in",
        "12 reads, 3 writes · 1,234 tokens a turn",
        "Another plugin’s name looks like this one",
        &format!("src=\"/plugins/{}/logo", plugin.id),
        "2 plugins",
    ] {
        assert!(html.contains(text), "{text} in {html}");
    }
    assert!(!html.contains("src=\"http") && !html.contains("Installed"), "{html}");
    user.post(&format!("/plugins/{}/install", plugin.id), &[]).await;
    assert!(user.html("/store").await.contains("Installed"));
}

#[tokio::test]
async fn search_categories_and_sorting_narrow_and_order() {
    let app = app().await;
    for (number, name, category) in
        [(1, "Hotels", Category::Travel), (2, "Flights", Category::Travel), (3, "Recipes", Category::Food)]
    {
        listed(&app, number, name, category).await;
        app.clock.advance(SignedDuration::from_secs(1));
    }
    let user = person(&app, "uma", Role::User).await;
    let table: [(&str, &[&str], &[&str]); 5] = [
        ("q=hot", &["Hotels", "1 plugin for “hot”"], &["Flights", "Recipes"]),
        ("q=PEOPLE+hotels", &["Hotels"], &["Flights"]),
        ("category=food", &["Recipes"], &["Hotels"]),
        (
            "q=hotels&category=food",
            &["No plugin has all the words of “hotels”", "No plugins for “hotels”"],
            &["p1.example"],
        ),
        ("category=nonsense&sort=odd&page=x", &["Hotels", "Flights", "Recipes"], &[]),
    ];
    for (query, present, absent) in table {
        let html = user.html(&format!("/store?{query}")).await;
        assert!(present.iter().all(|text| html.contains(text)), "{query}: {html}");
        assert!(!absent.iter().any(|text| html.contains(text)), "{query}: {html}");
    }
    let html = user.html("/store?sort=name").await;
    assert!(html.find("p2.example") < html.find("p1.example"), "Flights come before Hotels");
}

#[tokio::test]
async fn what_is_found_comes_in_pages_and_as_a_piece_for_scripts() {
    let app = app().await;
    for number in 1..=25 {
        listed(&app, number, &format!("Plugin {number}"), Category::Data).await;
    }
    let user = person(&app, "uma", Role::User).await;
    let html = user.html("/store?sort=name").await;
    assert!(html.contains("25 plugins") && html.contains("href=\"/store?page=2&amp;sort=name\""), "{html}");
    assert_eq!(html.matches("class=\"card\"").count(), 24);
    assert_eq!(user.html("/store?sort=name&page=2").await.matches("class=\"card\"").count(), 1);
    let request = user.client.get(format!("{}/store?q=17", user.base)).header("x-cordboard-fragment", "1");
    let piece = user.send(request).await.text().await.unwrap();
    assert!(piece.starts_with("<template data-id=\"results\"") && piece.contains("Plugin 17"), "{piece}");
    assert!(!piece.contains("<html"));
}

#[tokio::test]
async fn logos_are_fetched_by_the_host_for_those_who_may_see_the_plugin() {
    let app = app().await;
    let developer = signed_in(&app, app.owner).await;
    let home = registered(&app, &developer).await;
    let logo = format!("{}/logo", home.replace("develop", "plugins"));
    app.plugin.answer_at("/logo.png", 200, "image/gif", pictures::file(8, 8));
    let answer = developer.get(&logo).await;
    assert_eq!((answer.status().as_u16(), &answer.headers()["content-type"]), (200, &"image/png".parse().unwrap()));
    assert!(answer.headers()["cache-control"].to_str().unwrap().contains("max-age"));
    let user = person(&app, "uma", Role::User).await;
    assert_eq!(user.get(&logo).await.status(), 404);
    app.plugin.set_document("/logo.png", Some("<svg onload=alert(1)>"));
    assert_eq!(developer.get(&logo).await.status(), 204);
}
