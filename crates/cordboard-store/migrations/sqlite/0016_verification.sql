-- How documents were had, and which origins published the verification token. Earlier versions took pasted text for what
-- a host serves, so every origin has to be verified again; the next refresh does that and notes what was fetched.
ALTER TABLE plugin_versions ADD COLUMN source TEXT NOT NULL DEFAULT 'pasted';
ALTER TABLE plugins ADD COLUMN verified_origins TEXT NOT NULL DEFAULT '[]';
UPDATE plugins SET verified_at = NULL;
