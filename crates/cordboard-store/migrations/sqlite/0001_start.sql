-- Times are milliseconds since 1970, ids are UUIDs without hyphens, digests are lower-case hexadecimal.

CREATE TABLE users (
    id TEXT PRIMARY KEY,
    is_owner INTEGER NOT NULL CHECK (is_owner IN (0, 1)),
    created_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX users_one_owner ON users (is_owner) WHERE is_owner = 1;

CREATE TABLE sign_in_links (
    token_digest TEXT PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    expires_at INTEGER NOT NULL
) STRICT;

CREATE TABLE sessions (
    token_digest TEXT PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    expires_at INTEGER NOT NULL
) STRICT;

CREATE TABLE settings (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;

CREATE TABLE plugins (
    id TEXT PRIMARY KEY,
    origin TEXT NOT NULL UNIQUE,
    name_for_model TEXT NOT NULL,
    name_for_human TEXT NOT NULL,
    description_for_human TEXT NOT NULL,
    current_version TEXT NOT NULL,
    is_installed INTEGER NOT NULL CHECK (is_installed IN (0, 1))
) STRICT;

CREATE TABLE plugin_versions (
    digest TEXT PRIMARY KEY,
    plugin_id TEXT NOT NULL REFERENCES plugins (id),
    manifest_url TEXT NOT NULL,
    manifest_text TEXT NOT NULL,
    spec_url TEXT NOT NULL,
    spec_text TEXT NOT NULL,
    fetched_at INTEGER NOT NULL
) STRICT;

CREATE TABLE conversations (
    id TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    model TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;

CREATE TABLE activations (
    conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    plugin_id TEXT NOT NULL REFERENCES plugins (id),
    version TEXT NOT NULL REFERENCES plugin_versions (digest),
    PRIMARY KEY (conversation_id, plugin_id)
) STRICT;

CREATE TABLE turns (
    id TEXT PRIMARY KEY,
    conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    is_finished INTEGER NOT NULL CHECK (is_finished IN (0, 1))
) STRICT;
-- A conversation has at most one turn that is not over.
CREATE UNIQUE INDEX turns_one_open ON turns (conversation_id) WHERE is_finished = 0;

CREATE TABLE events (
    conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    turn_id TEXT NOT NULL REFERENCES turns (id) ON DELETE CASCADE,
    sequence INTEGER NOT NULL,
    at INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (conversation_id, position),
    UNIQUE (turn_id, sequence)
) STRICT, WITHOUT ROWID;
