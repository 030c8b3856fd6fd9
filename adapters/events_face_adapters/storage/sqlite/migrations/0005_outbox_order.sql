-- Rows of one key are delivered in the order in which they were written. That order is rowid:
-- there is one writer at a time, and each row gets a larger one than all that are there.
ALTER TABLE outbox ADD COLUMN key TEXT NOT NULL DEFAULT '';

-- Answers for one row whether an older one of its key waits, however many others wait.
CREATE INDEX outbox_keyed ON outbox (key) WHERE state = 'pending' AND key <> '';
