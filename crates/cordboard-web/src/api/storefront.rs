//! The store.

use axum::Json;
use axum::extract::State;
use cordboard_domain::id::PluginId;
use cordboard_domain::plugin::Category;
use cordboard_domain::storefront::{LARGEST_PAGE, StoreEntry, StoreQuery, StoreSort};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::body::{Asked, At, unfit};
use super::caller::{Caller, Read};
use super::problem::{Problem, Refusals, no_route};
use super::view::{PluginView, category, sort};
use crate::app::App;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct StoreSearch {
    /// Words that all have to occur in name, description or address.
    #[serde(default)]
    q: String,
    #[param(schema_with = category, required = false)]
    category: Option<Category>,
    #[serde(default)]
    #[param(schema_with = sort, required = false)]
    sort: StoreSort,
    #[serde(default)]
    #[param(minimum = 0, maximum = 4_294_967_295u32)]
    offset: u32,
    /// At most 100.
    #[serde(default = "twenty")]
    #[param(minimum = 1, maximum = 100)]
    limit: u32,
}

fn twenty() -> u32 {
    20
}

#[derive(Serialize, ToSchema)]
pub(super) struct StoreEntryView {
    plugin: PluginView,
    /// People who used it within 30 days.
    people: u32,
    is_installed: bool,
    /// Whether another plugin in the store has a name that looks the same.
    has_look_alike: bool,
}

impl From<&StoreEntry> for StoreEntryView {
    fn from(entry: &StoreEntry) -> Self {
        Self {
            plugin: (&entry.plugin).into(),
            people: entry.people,
            is_installed: entry.is_installed,
            has_look_alike: entry.has_look_alike,
        }
    }
}

#[derive(Serialize, ToSchema)]
pub(super) struct StoreView {
    entries: Vec<StoreEntryView>,
    /// All that was found.
    total: u32,
}

/// Finds plugins in the store.
#[utoipa::path(get, path = "/store", tag = "plugins", operation_id = "searchStore", params(StoreSearch),
    responses((status = 200, body = StoreView), Refusals))]
pub(super) async fn search(
    State(app): State<App>,
    caller: Caller<Read>,
    Asked(search): Asked<StoreSearch>,
) -> Result<Json<StoreView>, Problem> {
    if !(1..=LARGEST_PAGE).contains(&search.limit) {
        return Err(unfit(format!("`limit` is 1 to {LARGEST_PAGE}.")));
    }
    let query = StoreQuery {
        viewer: caller.user(),
        text: search.q,
        category: search.category,
        sort: search.sort,
        offset: search.offset,
        limit: search.limit,
    };
    let page = app.catalogue.ports.storefront.search_store(&query).await?;
    Ok(Json(StoreView { entries: page.entries.iter().map(StoreEntryView::from).collect(), total: page.total }))
}

/// One plugin of the store.
#[utoipa::path(get, path = "/store/{plugin}", tag = "plugins", operation_id = "getStoreEntry",
    params(("plugin" = String, Path, format = Uuid)), responses((status = 200, body = StoreEntryView), Refusals))]
pub(super) async fn show(
    State(app): State<App>,
    caller: Caller<Read>,
    At(plugin): At<PluginId>,
) -> Result<Json<StoreEntryView>, Problem> {
    let found = app.catalogue.ports.storefront.lookup_store_entry(caller.user(), plugin).await?;
    match found {
        Some(entry) => Ok(Json((&entry).into())),
        None => Err(no_route().await),
    }
}
