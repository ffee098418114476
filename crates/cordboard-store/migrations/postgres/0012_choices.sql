-- Where several credentials go together, each has its own choice.
CREATE TABLE chosen_connections (
    conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    plugin_id TEXT NOT NULL REFERENCES plugins (id) ON DELETE CASCADE,
    scheme TEXT NOT NULL,
    connection_id TEXT NOT NULL REFERENCES connections (id) ON DELETE CASCADE,
    PRIMARY KEY (conversation_id, plugin_id, scheme)
);
INSERT INTO chosen_connections (conversation_id, plugin_id, scheme, connection_id)
SELECT o.conversation_id, o.plugin_id, c.scheme, o.connection_id
FROM connection_choices o JOIN connections c ON c.id = o.connection_id;
DROP TABLE connection_choices;
ALTER TABLE chosen_connections RENAME TO connection_choices;
