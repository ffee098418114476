-- Secrets are sealed by the program; `secret_key` names the key that opens them, which is never in the database.

CREATE TABLE oauth_clients (
    plugin_id TEXT NOT NULL REFERENCES plugins (id) ON DELETE CASCADE,
    scheme TEXT NOT NULL,
    client_id TEXT NOT NULL,
    auth TEXT NOT NULL,
    accepts_no_state INTEGER NOT NULL,
    secret BLOB NOT NULL,
    secret_key TEXT NOT NULL,
    PRIMARY KEY (plugin_id, scheme)
) STRICT;

CREATE TABLE connections (
    id TEXT PRIMARY KEY,
    -- Null where the developer gave it for everybody.
    user_id TEXT REFERENCES users (id) ON DELETE CASCADE,
    plugin_id TEXT NOT NULL REFERENCES plugins (id) ON DELETE CASCADE,
    scheme TEXT NOT NULL,
    label TEXT NOT NULL,
    origins TEXT NOT NULL,
    scopes TEXT NOT NULL,
    state TEXT NOT NULL,
    secret BLOB NOT NULL,
    secret_key TEXT NOT NULL,
    expires_at INTEGER,
    created_at INTEGER NOT NULL,
    last_used_at INTEGER,
    generation INTEGER NOT NULL,
    renewing_until INTEGER
) STRICT;
CREATE INDEX connections_of_person ON connections (user_id, plugin_id);
CREATE INDEX connections_of_plugin ON connections (plugin_id);
CREATE UNIQUE INDEX connections_one_for_all ON connections (plugin_id, scheme) WHERE user_id IS NULL;

CREATE TABLE connection_choices (
    conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    plugin_id TEXT NOT NULL REFERENCES plugins (id) ON DELETE CASCADE,
    connection_id TEXT NOT NULL REFERENCES connections (id) ON DELETE CASCADE,
    PRIMARY KEY (conversation_id, plugin_id)
) STRICT;

CREATE TABLE authorizations (
    state_digest TEXT PRIMARY KEY,
    session TEXT NOT NULL,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    plugin_id TEXT NOT NULL REFERENCES plugins (id) ON DELETE CASCADE,
    secret BLOB NOT NULL,
    secret_key TEXT NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;

-- A developer's last sign-in at their own plugin, masked.
CREATE TABLE rehearsals (
    plugin_id TEXT PRIMARY KEY REFERENCES plugins (id) ON DELETE CASCADE,
    body TEXT NOT NULL
) STRICT;
