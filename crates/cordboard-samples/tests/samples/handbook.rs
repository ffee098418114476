//! The handbook: the right page comes first, and people can read it.

use cordboard_samples::Sample;

use crate::client::{Client, json as json_of, page};

/// The first page found, with its excerpt.
async fn first(client: &Client, query: &str) -> (String, String) {
    let answer = client.get_json(&format!("/search?query={query}")).await;
    let hit = &answer["results"][0];
    (hit["slug"].as_str().unwrap_or_default().to_owned(), hit["excerpt"].as_str().unwrap_or_default().to_owned())
}

#[tokio::test]
async fn a_search_finds_the_page_and_the_paragraph() {
    let client = Client::start(Sample::Handbook).await;
    for (query, slug, excerpt) in [
        ("parental leave", "parental-leave", "20 weeks"),
        ("how much parental leave do we get", "parental-leave", "20 weeks"),
        ("vacation days per year", "holidays", "28 days"),
        ("working from home", "remote-work", "as often as your work allows"),
        ("expense a taxi", "expenses", "after 22:00"),
        ("lost badge", "office", "reception"),
        ("pull request approval", "code-review", "one approval"),
        ("password rules", "security", "16 characters"),
        ("standing desks", "equipment", "800 euros"),
        ("Dogs", "office", "second floor"),
        ("business class flights", "travel", "economy"),
    ] {
        let (found, text) = first(&client, query).await;
        assert_eq!(found, slug, "{query}");
        assert!(text.contains(excerpt), "{query}: {text}");
    }
}

#[tokio::test]
async fn a_search_answers_at_most_the_limit() {
    let client = Client::start(Sample::Handbook).await;
    for (query, most) in [("query=day", 3), ("query=day&limit=1", 1), ("query=day&limit=10", 10)] {
        let answer = client.get_json(&format!("/search?{query}")).await;
        let found = answer["results"].as_array().expect("results").len();
        assert!((1..=most).contains(&found), "{query}: {found}");
    }
    assert_eq!(client.get_json("/search?query=xylophone").await["results"], serde_json::json!([]));
    for wrong in ["query=", "query=day&limit=0", "query=day&limit=11"] {
        json_of(client.get(&format!("/search?{wrong}")).await, 422).await;
    }
}

#[tokio::test]
async fn every_page_can_be_read_by_models_and_people() {
    let client = Client::start(Sample::Handbook).await;
    let missing = json_of(client.get("/pages/pets").await, 404).await;
    let (_, known) = missing["error"].as_str().expect("text").split_once("The pages are ").expect("the list");
    let slugs: Vec<_> = known.trim_end_matches('.').split(", ").collect();
    assert_eq!(slugs.len(), 10);
    for slug in slugs {
        let answer = client.get_json(&format!("/pages/{slug}")).await;
        let title = answer["title"].as_str().expect("a title");
        assert!(answer["markdown"].as_str().expect("markdown").starts_with(&format!("# {title}\n")));
        let (_, html) = page(client.get(answer["url"].as_str().expect("an address")).await).await;
        assert!(html.contains(&format!("<h1>{title}</h1>")), "{html}");
    }
}
