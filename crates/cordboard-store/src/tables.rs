//! What tables there are, for everything that goes over all of them: backup, restoring, a person's export.

/// How a column is written down outside the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    Integer,
    Bytes,
}

/// A table with its columns, in an order in which every row comes after the rows it refers to.
pub(crate) struct Table {
    pub(crate) name: &'static str,
    pub(crate) columns: &'static [(&'static str, Kind)],
    /// Which rows are a person's, with `$1` for their id; absent where none is.
    pub(crate) of_person: Option<&'static str>,
    /// Columns that are secrets or stand for one; left out of what people take with them.
    pub(crate) secrets: &'static [&'static str],
}

const CONVERSATIONS: &str = "conversation_id IN (SELECT id FROM conversations WHERE user_id = $1)";
const OWN_PLUGINS: &str = "plugin_id IN (SELECT id FROM plugins WHERE developer_id = $1)";

use Kind::{Bytes, Integer, Text};

pub(crate) const TABLES: [Table; 30] = [
    Table {
        name: "users",
        columns: &[
            ("id", Text),
            ("is_owner", Integer),
            ("created_at", Integer),
            ("login", Text),
            ("name", Text),
            ("password", Text),
            ("role", Text),
            ("is_active", Integer),
        ],
        of_person: Some("id = $1"),
        secrets: &["password"],
    },
    Table {
        name: "identities",
        columns: &[("issuer", Text), ("subject", Text), ("user_id", Text)],
        of_person: Some("user_id = $1"),
        secrets: &[],
    },
    Table {
        name: "sign_in_links",
        columns: &[("token_digest", Text), ("user_id", Text), ("expires_at", Integer)],
        of_person: None,
        secrets: &[],
    },
    Table {
        name: "sessions",
        columns: &[("token_digest", Text), ("user_id", Text), ("expires_at", Integer)],
        of_person: Some("user_id = $1"),
        secrets: &["token_digest"],
    },
    Table {
        name: "invitations",
        columns: &[
            ("token_digest", Text),
            ("role", Text),
            ("account_id", Text),
            ("invited_by", Text),
            ("note", Text),
            ("expires_at", Integer),
        ],
        of_person: Some("invited_by = $1"),
        secrets: &["token_digest"],
    },
    Table {
        name: "access_tokens",
        columns: &[
            ("id", Text),
            ("user_id", Text),
            ("name", Text),
            ("secret_digest", Text),
            ("scopes", Text),
            ("created_at", Integer),
            ("expires_at", Integer),
            ("last_used_at", Integer),
        ],
        of_person: Some("user_id = $1"),
        secrets: &["secret_digest"],
    },
    Table { name: "settings", columns: &[("key", Text), ("value", Text)], of_person: None, secrets: &[] },
    Table {
        name: "conversations",
        columns: &[
            ("id", Text),
            ("user_id", Text),
            ("title", Text),
            ("model", Text),
            ("created_at", Integer),
            ("updated_at", Integer),
            ("archived_at", Integer),
        ],
        of_person: Some("user_id = $1"),
        secrets: &[],
    },
    Table {
        name: "turns",
        columns: &[
            ("id", Text),
            ("conversation_id", Text),
            ("is_finished", Integer),
            ("holder", Text),
            ("claimed_until", Integer),
        ],
        of_person: Some(CONVERSATIONS),
        secrets: &[],
    },
    Table {
        name: "events",
        columns: &[
            ("conversation_id", Text),
            ("position", Integer),
            ("turn_id", Text),
            ("sequence", Integer),
            ("at", Integer),
            ("body", Text),
        ],
        of_person: Some(CONVERSATIONS),
        secrets: &[],
    },
    Table {
        name: "results",
        columns: &[
            ("conversation_id", Text),
            ("call_id", Text),
            ("number", Integer),
            ("content_type", Text),
            ("size", Integer),
            ("body", Bytes),
        ],
        of_person: Some(CONVERSATIONS),
        secrets: &[],
    },
    Table {
        name: "plugins",
        columns: &[
            ("id", Text),
            ("developer_id", Text),
            ("origin", Text),
            ("facts", Text),
            ("name", Text),
            ("search_text", Text),
            ("skeleton", Text),
            ("standing", Text),
            ("category", Text),
            ("current_version", Text),
            ("approved_version", Text),
            ("approved_at", Integer),
            ("verification_token", Text),
            ("verified_at", Integer),
            ("verified_origins", Text),
            ("cosmetic_changes_pass", Integer),
            ("created_at", Integer),
        ],
        of_person: Some("developer_id = $1"),
        secrets: &[],
    },
    Table {
        name: "plugin_versions",
        columns: &[
            ("plugin_id", Text),
            ("digest", Text),
            ("facts", Text),
            ("manifest_url", Text),
            ("manifest_text", Text),
            ("spec_url", Text),
            ("spec_text", Text),
            ("others", Text),
            ("fetched_at", Integer),
            ("source", Text),
        ],
        of_person: Some(OWN_PLUGINS),
        secrets: &[],
    },
    Table {
        name: "edited_examples",
        columns: &[("plugin_id", Text), ("operation", Text), ("examples", Text)],
        of_person: Some(OWN_PLUGINS),
        secrets: &[],
    },
    Table {
        name: "installations",
        columns: &[
            ("user_id", Text),
            ("plugin_id", Text),
            ("version", Text),
            ("provenance", Text),
            ("installed_at", Integer),
        ],
        of_person: Some("user_id = $1"),
        secrets: &[],
    },
    Table {
        name: "activations",
        columns: &[("conversation_id", Text), ("plugin_id", Text), ("version", Text)],
        of_person: Some(CONVERSATIONS),
        secrets: &[],
    },
    Table {
        name: "shares",
        columns: &[("plugin_id", Text), ("user_id", Text), ("shared_at", Integer)],
        of_person: Some("user_id = $1"),
        secrets: &[],
    },
    Table {
        name: "share_links",
        columns: &[
            ("id", Text),
            ("plugin_id", Text),
            ("secret_digest", Text),
            ("created_at", Integer),
            ("expires_at", Integer),
        ],
        of_person: Some(OWN_PLUGINS),
        secrets: &["secret_digest"],
    },
    Table {
        name: "submissions",
        columns: &[
            ("id", Text),
            ("plugin_id", Text),
            ("submitted_at", Integer),
            ("is_pending", Integer),
            ("body", Text),
            ("state", Text),
            ("evidence", Text),
        ],
        of_person: Some(OWN_PLUGINS),
        secrets: &[],
    },
    Table {
        name: "review_history",
        columns: &[("plugin_id", Text), ("number", Integer), ("body", Text)],
        of_person: Some(OWN_PLUGINS),
        secrets: &[],
    },
    Table {
        name: "plugin_uses",
        columns: &[("plugin_id", Text), ("user_id", Text), ("last_used_at", Integer)],
        of_person: Some("user_id = $1"),
        secrets: &[],
    },
    Table {
        name: "oauth_clients",
        columns: &[
            ("plugin_id", Text),
            ("scheme", Text),
            ("client_id", Text),
            ("auth", Text),
            ("accepts_no_state", Integer),
            ("secret", Bytes),
            ("secret_key", Text),
        ],
        of_person: Some(OWN_PLUGINS),
        secrets: &["secret", "secret_key"],
    },
    Table {
        name: "connections",
        columns: &[
            ("id", Text),
            ("user_id", Text),
            ("plugin_id", Text),
            ("scheme", Text),
            ("label", Text),
            ("origins", Text),
            ("scopes", Text),
            ("state", Text),
            ("secret", Bytes),
            ("secret_key", Text),
            ("expires_at", Integer),
            ("created_at", Integer),
            ("last_used_at", Integer),
            ("generation", Integer),
            ("renewing_until", Integer),
            ("asked", Text),
        ],
        of_person: Some("user_id = $1"),
        secrets: &["secret", "secret_key"],
    },
    Table {
        name: "connection_choices",
        columns: &[("conversation_id", Text), ("plugin_id", Text), ("scheme", Text), ("connection_id", Text)],
        of_person: Some(CONVERSATIONS),
        secrets: &[],
    },
    Table {
        name: "authorizations",
        columns: &[
            ("state_digest", Text),
            ("session", Text),
            ("user_id", Text),
            ("plugin_id", Text),
            ("secret", Bytes),
            ("secret_key", Text),
            ("expires_at", Integer),
        ],
        of_person: None,
        secrets: &[],
    },
    Table {
        name: "rehearsals",
        columns: &[("plugin_id", Text), ("body", Text)],
        of_person: Some(OWN_PLUGINS),
        secrets: &[],
    },
    Table {
        name: "grants",
        columns: &[
            ("id", Text),
            ("user_id", Text),
            ("plugin_id", Text),
            ("operation", Text),
            ("contract", Text),
            ("summary", Text),
            ("bounds", Text),
            ("created_at", Integer),
            ("expires_at", Integer),
            ("last_used_at", Integer),
        ],
        of_person: Some("user_id = $1"),
        secrets: &[],
    },
    Table {
        name: "profiles",
        columns: &[("user_id", Text), ("field", Text), ("value", Text)],
        of_person: Some("user_id = $1"),
        secrets: &[],
    },
    Table {
        name: "consents",
        columns: &[
            ("user_id", Text),
            ("plugin_id", Text),
            ("field", Text),
            ("reason", Text),
            ("is_given", Integer),
            ("decided_at", Integer),
        ],
        of_person: Some("user_id = $1"),
        secrets: &[],
    },
    Table {
        name: "departures",
        columns: &[
            ("call_id", Text),
            ("user_id", Text),
            ("plugin_id", Text),
            ("plugin_name", Text),
            ("conversation_id", Text),
            ("operation", Text),
            ("method", Text),
            ("host", Text),
            ("arguments", Text),
            ("place", Text),
            ("personal", Text),
            ("accounts", Text),
            ("left_at", Integer),
        ],
        of_person: Some("user_id = $1"),
        secrets: &[],
    },
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use sqlx::Row as _;

    use super::TABLES;
    use crate::Store;

    /// What servers find out again by themselves.
    const PASSING: [(&str, &str); 3] =
        [("plugins", "people"), ("plugins", "looked_at"), ("submissions", "running_until")];

    #[tokio::test]
    async fn no_column_is_forgotten() {
        let store = Store::in_memory().await.unwrap();
        let sql = "SELECT m.name AS place, c.name AS name FROM sqlite_master m, pragma_table_info(m.name) c \
                   WHERE m.type = 'table' AND m.name NOT LIKE '\\_sqlx%' ESCAPE '\\'";
        let rows = sqlx::query(sql).fetch_all(&store.pool).await.unwrap();
        let there: BTreeSet<(String, String)> = rows.iter().map(|row| (row.get("place"), row.get("name"))).collect();
        let listed = TABLES.iter().flat_map(|table| table.columns.iter().map(|(name, _)| (table.name, *name)));
        let known = listed.chain(PASSING).map(|(table, name)| (table.to_owned(), name.to_owned())).collect();
        assert_eq!(there, known);
    }
}
