-- Accounts for everybody, plugins of many developers, installations, sharing, review, the store, claims on turns.

ALTER TABLE users ADD COLUMN login TEXT;
ALTER TABLE users ADD COLUMN name TEXT NOT NULL DEFAULT 'Owner';
ALTER TABLE users ADD COLUMN password TEXT;
ALTER TABLE users ADD COLUMN role TEXT NOT NULL DEFAULT 'admin';
ALTER TABLE users ADD COLUMN is_active INTEGER NOT NULL DEFAULT 1;
CREATE UNIQUE INDEX users_login ON users (login);

CREATE TABLE identities (
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    PRIMARY KEY (issuer, subject)
) STRICT;

CREATE TABLE invitations (
    token_digest TEXT PRIMARY KEY,
    role TEXT NOT NULL,
    account_id TEXT REFERENCES users (id) ON DELETE CASCADE,
    invited_by TEXT REFERENCES users (id) ON DELETE CASCADE,
    note TEXT NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;

CREATE TABLE access_tokens (
    id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    secret_digest TEXT NOT NULL UNIQUE,
    scopes TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    last_used_at INTEGER
) STRICT;

ALTER TABLE conversations ADD COLUMN user_id TEXT REFERENCES users (id) ON DELETE CASCADE;
UPDATE conversations SET user_id = (SELECT id FROM users WHERE is_owner = 1);
CREATE INDEX conversations_of_user ON conversations (user_id, updated_at);

ALTER TABLE turns ADD COLUMN holder TEXT NOT NULL DEFAULT '';
-- Until when nobody else may take the turn over; null where nobody needs to work on it.
ALTER TABLE turns ADD COLUMN claimed_until INTEGER;
UPDATE turns SET claimed_until = 0 WHERE is_finished = 0;
CREATE INDEX turns_claimed ON turns (claimed_until) WHERE claimed_until IS NOT NULL;

-- SQLite changes no constraints in place: the tables are made anew and filled from the old ones.
ALTER TABLE activations RENAME TO old_activations;
ALTER TABLE plugin_versions RENAME TO old_plugin_versions;
ALTER TABLE plugins RENAME TO old_plugins;

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
    approved_at INTEGER,
    verification_token TEXT NOT NULL,
    verified_at INTEGER,
    cosmetic_changes_pass INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    UNIQUE (developer_id, origin)
) STRICT;
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
    fetched_at INTEGER NOT NULL,
    PRIMARY KEY (plugin_id, digest)
) STRICT;
CREATE INDEX plugin_versions_digest ON plugin_versions (digest);

CREATE TABLE installations (
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    plugin_id TEXT NOT NULL REFERENCES plugins (id) ON DELETE CASCADE,
    version TEXT NOT NULL,
    provenance TEXT NOT NULL,
    installed_at INTEGER NOT NULL,
    PRIMARY KEY (user_id, plugin_id),
    FOREIGN KEY (plugin_id, version) REFERENCES plugin_versions (plugin_id, digest)
) STRICT;

CREATE TABLE activations (
    conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    plugin_id TEXT NOT NULL REFERENCES plugins (id) ON DELETE CASCADE,
    version TEXT NOT NULL,
    PRIMARY KEY (conversation_id, plugin_id),
    FOREIGN KEY (plugin_id, version) REFERENCES plugin_versions (plugin_id, digest)
) STRICT;

INSERT INTO plugins
SELECT p.id, u.id, p.origin,
    json_object('name_for_model', p.name_for_model, 'name_for_human', p.name_for_human,
        'description_for_human', p.description_for_human, 'logo_url', NULL, 'auth', 'none', 'reads', 0, 'writes', 0,
        'tokens', 0, 'hosts', json_array()),
    p.name_for_human, lower(p.name_for_human || ' ' || p.description_for_human), lower(p.name_for_human),
    'unverified', NULL, p.current_version, NULL, NULL, lower(hex(randomblob(16))), NULL, 0, u.created_at
FROM old_plugins p JOIN users u ON u.is_owner = 1;
INSERT INTO plugin_versions
SELECT v.plugin_id, v.digest, p.facts, v.manifest_url, v.manifest_text, v.spec_url, v.spec_text, v.others, v.fetched_at
FROM old_plugin_versions v JOIN plugins p ON p.id = v.plugin_id;
INSERT INTO installations
SELECT p.developer_id, p.id, p.current_version, 'developer', p.created_at
FROM plugins p JOIN old_plugins o ON o.id = p.id WHERE o.is_installed = 1;
INSERT INTO activations
SELECT a.conversation_id, a.plugin_id, a.version FROM old_activations a JOIN plugin_versions v
    ON v.plugin_id = a.plugin_id AND v.digest = a.version;
DROP TABLE old_activations;
DROP TABLE old_plugin_versions;
DROP TABLE old_plugins;

CREATE TABLE shares (
    plugin_id TEXT NOT NULL REFERENCES plugins (id) ON DELETE CASCADE,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    shared_at INTEGER NOT NULL,
    PRIMARY KEY (plugin_id, user_id)
) STRICT;

CREATE TABLE share_links (
    id TEXT PRIMARY KEY,
    plugin_id TEXT NOT NULL REFERENCES plugins (id) ON DELETE CASCADE,
    secret_digest TEXT NOT NULL UNIQUE,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;

CREATE TABLE submissions (
    id TEXT PRIMARY KEY,
    plugin_id TEXT NOT NULL REFERENCES plugins (id) ON DELETE CASCADE,
    submitted_at INTEGER NOT NULL,
    is_pending INTEGER NOT NULL,
    body TEXT NOT NULL,
    state TEXT NOT NULL,
    evidence TEXT
) STRICT;
CREATE UNIQUE INDEX submissions_one_pending ON submissions (plugin_id) WHERE is_pending = 1;

CREATE TABLE review_history (
    plugin_id TEXT NOT NULL REFERENCES plugins (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (plugin_id, number)
) STRICT;

CREATE TABLE plugin_uses (
    plugin_id TEXT NOT NULL REFERENCES plugins (id) ON DELETE CASCADE,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    last_used_at INTEGER NOT NULL,
    PRIMARY KEY (plugin_id, user_id)
) STRICT;
CREATE INDEX plugin_uses_lately ON plugin_uses (plugin_id, last_used_at);
