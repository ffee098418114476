//! Cards that were found lately. Kept in memory by each server, as long as the pages' servers allow.

use std::sync::Arc;
use std::time::{Duration, Instant};

use cordboard_domain::origin::NamedBy;
use cordboard_domain::ports::{FetchPage, FetchedPage};
use cordboard_spec::link_card::{self, LinkCard};
use moka::Expiry;
use moka::future::Cache;
use url::Url;

use super::links::Link;

const MOST: u64 = 2000;
const LONGEST: Duration = Duration::from_hours(24);
/// Where a server says nothing.
const USUAL: Duration = Duration::from_hours(1);
/// Of pages that could not be had, or say nothing of themselves.
const WITHOUT_CARD: Duration = Duration::from_mins(1);

/// What a page says of itself.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) card: LinkCard,
    /// Where the page came from, on whose word its picture is.
    pub(crate) page: Url,
}

/// Fetches pages for their cards, each once for all who ask at the same time. Cheap to clone.
#[derive(Clone)]
pub struct LinkCards {
    pages: Arc<dyn FetchPage>,
    /// By the origin on whose word a page was fetched, and its address: what one plugin may reach, another may not.
    kept: Cache<(String, String), Kept>,
}

#[derive(Clone)]
struct Kept {
    found: Option<Arc<Found>>,
    lifetime: Duration,
}

impl LinkCards {
    /// No card is known yet.
    pub fn new(pages: Arc<dyn FetchPage>) -> Self {
        Self { pages, kept: Cache::builder().max_capacity(MOST).expire_after(Lifetimes).build() }
    }

    /// The card of a link, if its page can be had and has one.
    pub(crate) async fn find(&self, link: &Link) -> Option<Arc<Found>> {
        let key = (link.named_by.origin().ascii_serialization(), link.url.clone());
        self.kept.get_with(key, self.fetch(link)).await.found
    }

    async fn fetch(&self, link: &Link) -> Kept {
        match self.pages.fetch_page(&link.url, &NamedBy::Source(link.named_by.clone())).await {
            Ok(page) => read(page).await,
            Err(problem) => {
                tracing::debug!(%problem, "no link card");
                Kept { found: None, lifetime: WITHOUT_CARD }
            }
        }
    }
}

async fn read(page: FetchedPage) -> Kept {
    let FetchedPage { url, content_type, bytes, fresh_for } = page;
    let address = url.clone();
    let reading = tokio::task::spawn_blocking(move || link_card::read(&address, &content_type, bytes));
    match reading.await {
        Ok(Some(card)) => Kept { found: Some(Arc::new(Found { card, page: url })), lifetime: lifetime(fresh_for) },
        Ok(None) | Err(_) => Kept { found: None, lifetime: WITHOUT_CARD },
    }
}

fn lifetime(fresh_for: Option<Duration>) -> Duration {
    fresh_for.unwrap_or(USUAL).min(LONGEST)
}

struct Lifetimes;

impl<Key> Expiry<Key, Kept> for Lifetimes {
    fn expire_after_create(&self, _: &Key, kept: &Kept, _: Instant) -> Option<Duration> {
        Some(kept.lifetime)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use async_trait::async_trait;
    use cordboard_domain::ports::FetchError;

    use super::*;

    /// Pages that are named as their address, each fresh for a time or not there.
    struct Pages {
        fresh_for: Option<Duration>,
        are_there: bool,
        fetched: AtomicUsize,
    }

    #[async_trait]
    impl FetchPage for Pages {
        async fn fetch_page(&self, url: &str, _: &NamedBy) -> Result<FetchedPage, FetchError> {
            self.fetched.fetch_add(1, Ordering::SeqCst);
            tokio::task::yield_now().await;
            let page = FetchedPage {
                url: Url::parse(url).unwrap(),
                content_type: "text/html".to_owned(),
                bytes: format!("<title>{url}</title>").into_bytes(),
                fresh_for: self.fresh_for,
            };
            self.are_there.then_some(page).ok_or(FetchError::Status { url: url.to_owned(), status: 404 })
        }
    }

    /// How often a page is fetched for two who ask together, a third afterwards, and one with another plugin.
    async fn check(fresh_for: Option<Duration>, are_there: bool, expected: usize) {
        let pages = Arc::new(Pages { fresh_for, are_there, fetched: AtomicUsize::new(0) });
        let cards = LinkCards::new(pages.clone());
        let url = "https://news.example/1".to_owned();
        let [one, other] = ["https://a.example/x", "https://b.example/x"].map(|plugin| Url::parse(plugin).unwrap());
        let (one, other) = (Link { url: url.clone(), named_by: one }, Link { url: url.clone(), named_by: other });
        let (first, second) = tokio::join!(cards.find(&one), cards.find(&one));
        let (third, fourth) = (cards.find(&one).await, cards.find(&other).await);
        for found in [first, second, third, fourth] {
            assert_eq!(found.map(|found| found.card.title.clone()), are_there.then(|| url.clone()));
        }
        assert_eq!(pages.fetched.load(Ordering::SeqCst), expected, "{fresh_for:?} {are_there}");
    }

    #[tokio::test]
    async fn a_page_is_fetched_once_while_it_is_fresh_and_for_each_plugin_by_itself() {
        check(None, true, 2).await;
        check(Some(Duration::from_mins(5)), true, 2).await;
        check(None, false, 2).await;
        check(Some(Duration::ZERO), true, 3).await;
    }

    #[test]
    fn no_card_is_kept_for_longer_than_a_day() {
        assert_eq!(lifetime(Some(Duration::from_hours(1000))), LONGEST);
        assert_eq!(lifetime(Some(Duration::ZERO)), Duration::ZERO);
        assert_eq!(lifetime(None), USUAL);
    }
}
