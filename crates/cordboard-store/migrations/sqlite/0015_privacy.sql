-- What people say about themselves, whom they let know it, and what has left in their name.
CREATE TABLE profiles (
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    field TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (user_id, field)
) STRICT;
CREATE TABLE consents (
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    plugin_id TEXT NOT NULL REFERENCES plugins (id) ON DELETE CASCADE,
    field TEXT NOT NULL,
    reason TEXT NOT NULL,
    is_given INTEGER NOT NULL,
    decided_at INTEGER NOT NULL,
    PRIMARY KEY (user_id, plugin_id, field)
) STRICT;
-- Plugins and conversations may be gone; what they were told stays.
CREATE TABLE departures (
    call_id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    plugin_id TEXT NOT NULL,
    plugin_name TEXT NOT NULL,
    conversation_id TEXT NOT NULL,
    operation TEXT NOT NULL,
    method TEXT NOT NULL,
    host TEXT NOT NULL,
    arguments TEXT NOT NULL,
    place TEXT,
    personal TEXT NOT NULL,
    accounts TEXT NOT NULL,
    left_at INTEGER NOT NULL
) STRICT;
CREATE INDEX departures_of_person ON departures (user_id, left_at);
CREATE INDEX departures_to_plugin ON departures (user_id, plugin_id, left_at);
