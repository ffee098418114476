-- How many people used a plugin lately, counted when somebody begins to and again every hour.
ALTER TABLE plugins ADD COLUMN people INTEGER NOT NULL DEFAULT 0;
-- When somebody last looked whether the plugin changed.
ALTER TABLE plugins ADD COLUMN looked_at INTEGER NOT NULL DEFAULT 0;
CREATE INDEX plugins_looked_at ON plugins (looked_at);
-- Until when a server means to be running the submission's requests.
ALTER TABLE submissions ADD COLUMN running_until INTEGER;
