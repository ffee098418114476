-- Example requests that developers edit belong to the plugin, whatever its version.
CREATE TABLE edited_examples (
    plugin_id TEXT NOT NULL REFERENCES plugins (id) ON DELETE CASCADE,
    operation TEXT NOT NULL,
    examples TEXT NOT NULL,
    PRIMARY KEY (plugin_id, operation)
);
