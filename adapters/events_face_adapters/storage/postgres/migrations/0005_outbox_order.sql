-- Rows of one key are delivered in the order in which they were written.
ALTER TABLE outbox
    ADD COLUMN key text COLLATE "C" NOT NULL DEFAULT '',
    ADD COLUMN position bigint GENERATED ALWAYS AS IDENTITY;

-- Answers for one row whether an older one of its key waits, however many others wait.
CREATE INDEX outbox_keyed ON outbox (key, position) WHERE state = 'pending' AND key <> '';
