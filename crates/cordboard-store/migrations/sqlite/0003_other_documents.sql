-- Documents that a spec refers to, as a JSON list of addresses and texts.
ALTER TABLE plugin_versions ADD COLUMN others TEXT NOT NULL DEFAULT '[]';
