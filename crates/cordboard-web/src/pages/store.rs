//! The Plugin Store: search, categories, sorting.

use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Html;
use cordboard_domain::plugin::Category;
use cordboard_domain::storefront::{StoreEntry, StorePage, StoreQuery, StoreSort};
use minijinja::{Value, context};
use serde::Deserialize;
use url::form_urlencoded;

use crate::app::App;
use crate::error::WebError;
use crate::fragments;
use crate::search;
use crate::session::Member;
use crate::templates::{page, render};
use crate::words;

/// How many plugins a page shows.
const PAGE: u32 = 24;

/// What the address asks for. A category that there is none of means all of them.
#[derive(Deserialize, Clone, Default)]
pub(crate) struct Wanted {
    #[serde(default)]
    q: String,
    #[serde(default)]
    category: String,
    #[serde(default)]
    sort: Sort,
    #[serde(default)]
    page: String,
}

#[derive(Deserialize, Clone, Copy, Default, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
enum Sort {
    #[default]
    Popular,
    New,
    Name,
    #[serde(other)]
    Unknown,
}

impl Sort {
    fn order(self) -> StoreSort {
        match self {
            Self::Popular | Self::Unknown => StoreSort::Popular,
            Self::New => StoreSort::New,
            Self::Name => StoreSort::Name,
        }
    }

    fn name(self) -> &'static str {
        match self.order() {
            StoreSort::Popular => "popular",
            StoreSort::New => "new",
            StoreSort::Name => "name",
        }
    }
}

impl Wanted {
    fn text(&self) -> String {
        search::text(&self.q)
    }

    fn number(&self) -> u32 {
        self.page.parse().unwrap_or(1).clamp(1, 10_000)
    }

    /// The address that asks for this.
    fn address(&self) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        let pairs = [("q", self.text()), ("category", self.category.clone()), ("page", self.page.clone())];
        query.extend_pairs(pairs.iter().filter(|(_, value)| !value.is_empty()));
        if self.sort.order() != StoreSort::Popular {
            query.append_pair("sort", self.sort.name());
        }
        format!("/store?{}", query.finish())
    }

    fn with_page(&self, number: u32) -> String {
        Self { page: number.to_string(), ..self.clone() }.address()
    }
}

pub(crate) async fn show(
    State(app): State<App>,
    member: Member,
    headers: HeaderMap,
    Query(wanted): Query<Wanted>,
) -> Result<Html<String>, WebError> {
    let query = StoreQuery {
        viewer: member.user(),
        text: wanted.text(),
        category: Category::lookup(&wanted.category),
        sort: wanted.sort.order(),
        offset: (wanted.number() - 1) * PAGE,
        limit: PAGE,
    };
    let found = app.catalogue.ports.storefront.search_store(&query).await?;
    let results = render("store_results.html", &results(&member, &wanted, &query, &found))?;
    if fragments::are_wanted(&headers) {
        return Ok(Html(fragments::for_scripts("results", "main", &results)));
    }
    let shell = words::shell(&member.account, "store");
    let category = query.category.map(Category::as_str).unwrap_or_default();
    Ok(page("store.html", &context! { shell, results, q => wanted.text(), category, sort => wanted.sort.name() })?)
}

fn results(member: &Member, wanted: &Wanted, query: &StoreQuery, found: &StorePage) -> Value {
    let number = wanted.number();
    let has_more = query.offset + PAGE < found.total;
    context! {
        shell => words::shell(&member.account, "store"),
        q => query.text.as_str(),
        count => search::count(found.total, "plugin", &query.text),
        categories => categories(wanted, query.category),
        sorts => sorts(wanted),
        entries => found.entries.iter().map(entry).collect::<Value>(),
        is_filtered => !query.text.is_empty() || query.category.is_some(),
        earlier => (number > 1).then(|| wanted.with_page(number - 1)),
        later => has_more.then(|| wanted.with_page(number + 1)),
        number,
    }
}

fn categories(wanted: &Wanted, chosen: Option<Category>) -> Value {
    let link = |name: String, category: Option<Category>| {
        let word = category.map(Category::as_str).unwrap_or_default();
        let wanted = Wanted { category: word.to_owned(), page: String::new(), ..wanted.clone() };
        context! { name, url => wanted.address(), is_current => category == chosen }
    };
    let all = link("All".to_owned(), None);
    [all].into_iter().chain(Category::ALL.map(|each| link(words::category(each), Some(each)))).collect()
}

fn sorts(wanted: &Wanted) -> Value {
    let choices = [("Popular", Sort::Popular), ("New", Sort::New), ("Name", Sort::Name)];
    let link = |(name, sort): (&'static str, Sort)| {
        let changed = Wanted { sort, page: String::new(), ..wanted.clone() };
        context! { name, url => changed.address(), is_current => sort.order() == wanted.sort.order() }
    };
    choices.map(link).into_iter().collect()
}

fn entry(entry: &StoreEntry) -> Value {
    let plugin = &entry.plugin;
    let version = plugin.approved.as_ref().unwrap_or(&plugin.current);
    context! {
        plugin => words::plugin(plugin, &plugin.facts, version),
        people => match entry.people {
            0 => String::new(),
            1 => "1 person in 30 days".to_owned(),
            many => format!("{} people in 30 days", words::number(many)),
        },
        is_installed => entry.is_installed,
        has_look_alike => entry.has_look_alike,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_holds_what_differs_from_the_first_page() {
        assert_eq!(Wanted::default().address(), "/store?");
        let wanted =
            Wanted { q: " a&b ".to_owned(), category: "food".to_owned(), sort: Sort::New, page: "2".to_owned() };
        assert_eq!(wanted.address(), "/store?q=a%26b&category=food&page=2&sort=new");
        assert_eq!(wanted.with_page(3), "/store?q=a%26b&category=food&page=3&sort=new");
    }

    #[test]
    fn a_page_that_is_no_number_is_the_first() {
        for (page, expected) in [("", 1), ("0", 1), ("-1", 1), ("x", 1), ("7", 7), ("99999999", 10_000)] {
            assert_eq!(Wanted { page: page.to_owned(), ..Wanted::default() }.number(), expected, "{page}");
        }
    }
}
