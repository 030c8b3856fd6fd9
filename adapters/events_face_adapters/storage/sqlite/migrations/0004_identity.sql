-- Tells this database from every other: what is shared outside of it is kept apart by it.
ALTER TABLE catalogue_state ADD COLUMN identity TEXT NOT NULL DEFAULT '';
UPDATE catalogue_state SET identity = lower(hex(randomblob(16)));
