//! The store: search, sorting, popularity, names that look alike.

use std::fmt::Write as _;

use async_trait::async_trait;
use cordboard_domain::id::{PluginId, UserId};
use cordboard_domain::plugin::{Category, Facts, Plugin};
use cordboard_domain::ports::{StoreError, Storefront};
use cordboard_domain::storefront::{LARGEST_PAGE, StoreEntry, StorePage, StoreQuery, StoreSort};
use cordboard_domain::time::Timestamp;
use sqlx::any::AnyRow;

use super::look::look;
use super::plugins::{COLUMNS, plugin};
use crate::Store;
use crate::row::{count, database, flag, storable};

/// The most words of a search.
const MOST_WORDS: usize = 8;

/// What is known of a plugin in the store, as columns; `$1` is the viewer.
const ENTRY: &str = "p.people, (SELECT count(*) FROM installations i WHERE i.plugin_id = p.id AND i.user_id = $1) AS installed, \
                     (SELECT count(*) FROM plugins o WHERE o.skeleton = p.skeleton AND o.id <> p.id \
                      AND (o.standing = 'approved' OR EXISTS \
                      (SELECT 1 FROM installations i WHERE i.plugin_id = o.id AND i.user_id = $1))) AS alike";

fn entry(row: &AnyRow) -> Result<StoreEntry, StoreError> {
    Ok(StoreEntry {
        plugin: plugin(row)?,
        people: count(row, "people")?,
        is_installed: flag(row, "installed")?,
        has_look_alike: flag(row, "alike")?,
    })
}

/// A pattern for LIKE that finds the word anywhere.
fn pattern(word: &str) -> String {
    let mut pattern = String::from("%");
    for each in word.chars() {
        if matches!(each, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(each);
    }
    pattern + "%"
}

#[async_trait]
impl Storefront for Store {
    async fn search_store(&self, query: &StoreQuery) -> Result<StorePage, StoreError> {
        let words: Vec<String> =
            storable(&query.text).to_lowercase().split_whitespace().take(MOST_WORDS).map(pattern).collect();
        let mut conditions = String::from("p.standing = 'approved' AND ($2 = '' OR p.category = $2)");
        for number in 3..3 + words.len() {
            let _ = write!(conditions, " AND p.search_text LIKE ${number} ESCAPE '\\'");
        }
        let order = match query.sort {
            StoreSort::Popular => "p.people DESC, lower(p.name), p.id",
            StoreSort::New => "p.approved_at DESC, p.id",
            StoreSort::Name => "lower(p.name), p.id",
        };
        let limit = query.limit.min(LARGEST_PAGE);
        // The page is chosen first, so that what is costly to know is asked of its plugins alone.
        let sql = format!(
            "SELECT {COLUMNS}, {ENTRY}, f.total FROM \
             (SELECT p.id, count(*) OVER () AS total FROM plugins p WHERE {conditions} ORDER BY {order} \
             LIMIT {limit} OFFSET {}) f JOIN plugins p ON p.id = f.id ORDER BY {order}",
            query.offset
        );
        let mut search = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(query.viewer.to_string())
            .bind(query.category.map(Category::as_str).unwrap_or_default());
        for word in words {
            search = search.bind(word);
        }
        let rows = search.fetch_all(&self.pool).await.map_err(database)?;
        let total = rows.first().map_or(Ok(0), |row| count(row, "total"))?;
        Ok(StorePage { entries: rows.iter().map(entry).collect::<Result<_, _>>()?, total })
    }

    async fn lookup_store_entry(&self, viewer: UserId, plugin: PluginId) -> Result<Option<StoreEntry>, StoreError> {
        let sql = format!("SELECT {COLUMNS}, {ENTRY} FROM plugins p WHERE p.id = $2 AND p.standing = 'approved'");
        let row = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(viewer.to_string())
            .bind(plugin.to_string())
            .fetch_optional(&self.pool)
            .await
            .map_err(database)?;
        row.as_ref().map(entry).transpose()
    }

    async fn recount_people(&self, now: Timestamp) -> Result<(), StoreError> {
        self.count_people(now).await
    }

    async fn look_alikes(
        &self,
        facts: &Facts,
        origin: &str,
        viewer: Option<UserId>,
    ) -> Result<Vec<Plugin>, StoreError> {
        let look = look(&facts.name_for_human);
        let viewer = viewer.map(|viewer| viewer.to_string()).unwrap_or_default();
        let rest = "WHERE p.skeleton = $1 AND (p.standing = 'approved' OR EXISTS (SELECT 1 FROM installations i \
                    WHERE i.plugin_id = p.id AND (i.user_id = $2 OR ($2 = '' AND i.user_id <> p.developer_id))))";
        let found = self.plugins_where(rest, &[&look, &viewer]).await?;
        Ok(found.into_iter().filter(|plugin| plugin.origin != origin || facts.is_pasted).collect())
    }
}
