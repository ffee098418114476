-- The same tables as under SQLite. Times are milliseconds since 1970, ids are UUIDs without hyphens, digests are
-- lower-case hexadecimal, flags are 0 or 1.

CREATE TABLE users (
    id TEXT PRIMARY KEY,
    is_owner BIGINT NOT NULL CHECK (is_owner IN (0, 1)),
    created_at BIGINT NOT NULL,
    login TEXT,
    name TEXT NOT NULL DEFAULT 'Owner',
    password TEXT,
    role TEXT NOT NULL DEFAULT 'admin',
    is_active BIGINT NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX users_one_owner ON users (is_owner) WHERE is_owner = 1;
CREATE UNIQUE INDEX users_login ON users (login);

CREATE TABLE sign_in_links (
    token_digest TEXT PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    expires_at BIGINT NOT NULL
);

CREATE TABLE sessions (
    token_digest TEXT PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    expires_at BIGINT NOT NULL
);

CREATE TABLE settings (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
);

CREATE TABLE identities (
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    PRIMARY KEY (issuer, subject)
);

CREATE TABLE invitations (
    token_digest TEXT PRIMARY KEY,
    role TEXT NOT NULL,
    account_id TEXT REFERENCES users (id) ON DELETE CASCADE,
    invited_by TEXT REFERENCES users (id) ON DELETE CASCADE,
    note TEXT NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE TABLE access_tokens (
    id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    secret_digest TEXT NOT NULL UNIQUE,
    scopes TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    last_used_at BIGINT
);

CREATE TABLE conversations (
    id TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    model TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE
);
CREATE INDEX conversations_of_user ON conversations (user_id, updated_at);

CREATE TABLE turns (
    id TEXT PRIMARY KEY,
    conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    is_finished BIGINT NOT NULL CHECK (is_finished IN (0, 1)),
    holder TEXT NOT NULL DEFAULT '',
    -- Until when nobody else may take the turn over; null where nobody needs to work on it.
    claimed_until BIGINT
);
-- A conversation has at most one turn that is not over.
CREATE UNIQUE INDEX turns_one_open ON turns (conversation_id) WHERE is_finished = 0;
CREATE INDEX turns_claimed ON turns (claimed_until) WHERE claimed_until IS NOT NULL;

CREATE TABLE events (
    conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    position BIGINT NOT NULL,
    turn_id TEXT NOT NULL REFERENCES turns (id) ON DELETE CASCADE,
    sequence BIGINT NOT NULL,
    at BIGINT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (conversation_id, position),
    UNIQUE (turn_id, sequence)
);

CREATE TABLE results (
    conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    call_id TEXT NOT NULL,
    number BIGINT NOT NULL,
    content_type TEXT NOT NULL,
    size BIGINT NOT NULL,
    body BYTEA NOT NULL,
    PRIMARY KEY (conversation_id, call_id),
    UNIQUE (conversation_id, number)
);

CREATE TABLE plugins (
    id TEXT PRIMARY KEY,
    developer_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    origin TEXT NOT NULL,
    facts TEXT NOT NULL,
    -- For lists and search: the name, everything that is searched in lower case, and how the name looks.
    name TEXT NOT NULL,
    search_text TEXT NOT NULL,
    skeleton TEXT NOT NULL,
    standing TEXT NOT NULL,
    category TEXT,
    current_version TEXT NOT NULL,
    approved_version TEXT,
    approved_at BIGINT,
    verification_token TEXT NOT NULL,
    verified_at BIGINT,
    cosmetic_changes_pass BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE (developer_id, origin)
);
CREATE UNIQUE INDEX plugins_one_approved ON plugins (origin) WHERE standing = 'approved';
CREATE INDEX plugins_in_store ON plugins (skeleton) WHERE standing = 'approved';

CREATE TABLE plugin_versions (
    plugin_id TEXT NOT NULL REFERENCES plugins (id) ON DELETE CASCADE,
    digest TEXT NOT NULL,
    facts TEXT NOT NULL,
    manifest_url TEXT NOT NULL,
    manifest_text TEXT NOT NULL,
    spec_url TEXT NOT NULL,
    spec_text TEXT NOT NULL,
    others TEXT NOT NULL,
    fetched_at BIGINT NOT NULL,
    PRIMARY KEY (plugin_id, digest)
);
CREATE INDEX plugin_versions_digest ON plugin_versions (digest);

CREATE TABLE installations (
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    plugin_id TEXT NOT NULL REFERENCES plugins (id) ON DELETE CASCADE,
    version TEXT NOT NULL,
    provenance TEXT NOT NULL,
    installed_at BIGINT NOT NULL,
    PRIMARY KEY (user_id, plugin_id),
    FOREIGN KEY (plugin_id, version) REFERENCES plugin_versions (plugin_id, digest)
);

CREATE TABLE activations (
    conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    plugin_id TEXT NOT NULL REFERENCES plugins (id) ON DELETE CASCADE,
    version TEXT NOT NULL,
    PRIMARY KEY (conversation_id, plugin_id),
    FOREIGN KEY (plugin_id, version) REFERENCES plugin_versions (plugin_id, digest)
);

CREATE TABLE shares (
    plugin_id TEXT NOT NULL REFERENCES plugins (id) ON DELETE CASCADE,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    shared_at BIGINT NOT NULL,
    PRIMARY KEY (plugin_id, user_id)
);

CREATE TABLE share_links (
    id TEXT PRIMARY KEY,
    plugin_id TEXT NOT NULL REFERENCES plugins (id) ON DELETE CASCADE,
    secret_digest TEXT NOT NULL UNIQUE,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE TABLE submissions (
    id TEXT PRIMARY KEY,
    plugin_id TEXT NOT NULL REFERENCES plugins (id) ON DELETE CASCADE,
    submitted_at BIGINT NOT NULL,
    is_pending BIGINT NOT NULL,
    body TEXT NOT NULL,
    state TEXT NOT NULL,
    evidence TEXT
);
CREATE UNIQUE INDEX submissions_one_pending ON submissions (plugin_id) WHERE is_pending = 1;

CREATE TABLE review_history (
    plugin_id TEXT NOT NULL REFERENCES plugins (id) ON DELETE CASCADE,
    number BIGINT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (plugin_id, number)
);

CREATE TABLE plugin_uses (
    plugin_id TEXT NOT NULL REFERENCES plugins (id) ON DELETE CASCADE,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    last_used_at BIGINT NOT NULL,
    PRIMARY KEY (plugin_id, user_id)
);
CREATE INDEX plugin_uses_lately ON plugin_uses (plugin_id, last_used_at);
