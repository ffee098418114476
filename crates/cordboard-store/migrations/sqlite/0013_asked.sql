-- Servers may say in other words what they granted, so what was asked for is kept beside it.
ALTER TABLE connections ADD COLUMN asked TEXT NOT NULL DEFAULT '[]';
