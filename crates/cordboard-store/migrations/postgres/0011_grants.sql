-- What people allowed once for all.
CREATE TABLE grants (
    id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    plugin_id TEXT NOT NULL REFERENCES plugins (id) ON DELETE CASCADE,
    operation TEXT NOT NULL,
    contract TEXT NOT NULL,
    summary TEXT NOT NULL,
    bounds TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    last_used_at BIGINT
);
CREATE INDEX grants_of_person ON grants (user_id, created_at);
