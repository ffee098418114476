//! Search over a small API of our own.

use cordboard_domain::call::Method;

use super::{Entry, SearchIndex};

const OPERATIONS: &[(&str, &str, &str, &str)] = &[
    ("issues/list", "GET", "/shops/{shop}/issues", "List issues of a shop"),
    ("issues/create", "POST", "/shops/{shop}/issues", "Create an issue"),
    ("issues/get", "GET", "/shops/{shop}/issues/{number}", "Get an issue"),
    ("issues/update", "PATCH", "/shops/{shop}/issues/{number}", "Update an issue"),
    ("issues/listComments", "GET", "/shops/{shop}/issues/{number}/comments", "List comments on an issue"),
    ("issues/createComment", "POST", "/shops/{shop}/issues/{number}/comments", "Create a comment on an issue"),
    ("issues/deleteComment", "DELETE", "/shops/{shop}/comments/{id}", "Delete a comment"),
    ("issues/createField", "POST", "/organizations/{org}/issue-fields", "Create an issue field for an organization"),
    ("repositories/create", "POST", "/user/repositories", "Create a repository for the authenticated user"),
    ("repositories/transfer", "POST", "/repositories/{id}/transfer", "Transfer a repository"),
    ("repositoryIssues/create", "POST", "/repositories/{id}/issues", "Create an issue"),
    ("repositoryIssues/settings", "PUT", "/repositories/{id}/issue-settings", "Set whether a repository has issues"),
    ("orders/list", "GET", "/orders", "List orders"),
    ("orders/listOwn", "GET", "/me/orders", "List orders of the authenticated user"),
    ("orders/create", "POST", "/orders", "Place an order"),
    ("orders/get", "GET", "/orders/{id}", "Get an order"),
    ("orders/cancel", "POST", "/orders/{id}/cancel", "Cancel an order"),
    ("carts/addItem", "POST", "/carts/{id}/items", "Add an item to a cart"),
    ("carts/removeItem", "DELETE", "/carts/{id}/items/{item}", "Remove an item from a cart"),
    ("customers/list", "GET", "/customers", "List customers"),
    ("customers/listLegacy", "GET", "/clients", "List customers (legacy)"),
    ("products/search", "GET", "/products/search", "Search for products"),
    ("products/star", "PUT", "/products/{id}/star", "Star a product"),
    ("products/unstar", "DELETE", "/products/{id}/star", "Unstar a product"),
    ("webhooks/disable", "DELETE", "/webhooks/{id}", "Disable a webhook"),
];

fn index() -> SearchIndex {
    SearchIndex::build(OPERATIONS.iter().map(|(name, method, path, summary)| Entry {
        name,
        method: method.parse::<Method>().unwrap(),
        path,
        summary,
        description: "",
        tags: &[],
        arguments: Vec::new(),
    }))
}

fn names(query: &str, limit: usize) -> Vec<&'static str> {
    index().search(query, limit).iter().map(|hit| OPERATIONS[hit.position].0).collect()
}

#[track_caller]
fn check(query: &str, expected: &str) {
    assert_eq!(names(query, 5).first(), Some(&expected), "{query}: {:?}", names(query, 5));
}

#[test]
fn requests_find_what_they_ask_for() {
    check("create an issue in a repository", "repositoryIssues/create");
    check("who commented on issue 12?", "issues/listComments");
    check("show me issue 7", "issues/get");
    check("close issue 7", "issues/update");
    check("delete comment 3", "issues/deleteComment");
    check("show my orders", "orders/listOwn");
    check("cancel order 88", "orders/cancel");
    check("put a lamp into the basket", "carts/addItem");
    check("which customers do we have?", "customers/list");
    check("find products made of oak", "products/search");
    check("star the product for me", "products/star");
    check("unstar that product", "products/unstar");
    check("turn the webhook off", "webhooks/disable");
    check("hand over the repo to Ada", "repositories/transfer");
}

#[test]
fn requests_without_a_known_word_find_nothing() {
    for query in ["", "   ", "?!", "the of and", "zzyzx qwfp", "🦀🦀", "こんにちは"] {
        assert!(names(query, 5).is_empty(), "{query}: {:?}", names(query, 5));
    }
    assert!(SearchIndex::build([]).search("orders", 5).is_empty());
}

#[test]
fn the_limit_holds_and_scores_fall() {
    let index = index();
    for limit in [0, 1, 3, 100] {
        let hits = index.search("list the orders of a customer", limit);
        assert!(hits.len() <= limit);
        assert!(hits.is_sorted_by(|one, other| one.score >= other.score));
    }
}

#[test]
fn equal_operations_keep_their_order() {
    let entry = || Entry {
        name: "pets",
        method: Method::Get,
        path: "/pets",
        summary: "List pets",
        description: "",
        tags: &[],
        arguments: Vec::new(),
    };
    let hits = SearchIndex::build((0..20).map(|_| entry())).search("pets", 20);
    assert!(hits.iter().map(|hit| hit.position).eq(0..20));
}

#[test]
fn text_of_any_kind_and_length_is_read_within_bounds() {
    let long = format!("{} delete an order", "list the orders ".repeat(200_000));
    assert_eq!(names(&long, 5), names(&long[..1999], 5));
    for query in
        ["Größe der İstanbul-Bestellung ändern", "'„“’ orders '", "e\u{301}\u{200d}👩‍👩‍👧 orders", "'", "ΣΑΣ orders\u{0}"]
    {
        names(query, 5);
    }
}
