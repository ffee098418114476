-- Archived conversations stay out of the way until they are looked for.
ALTER TABLE conversations ADD COLUMN archived_at INTEGER;
