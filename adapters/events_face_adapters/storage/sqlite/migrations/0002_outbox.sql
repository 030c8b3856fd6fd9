CREATE TABLE outbox (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    version INTEGER NOT NULL,
    payload TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'delivered', 'dead')),
    attempts INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    finished_at INTEGER,
    error TEXT NOT NULL DEFAULT ''
) STRICT;

-- Partial, so that a million delivered rows cost the next claim nothing.
CREATE INDEX outbox_pending ON outbox (name, due_at) WHERE state = 'pending';
CREATE INDEX outbox_delivered ON outbox (finished_at) WHERE state = 'delivered';
CREATE INDEX outbox_dead ON outbox (created_at) WHERE state = 'dead';

CREATE TABLE idempotency_key (
    value TEXT PRIMARY KEY,
    fingerprint TEXT NOT NULL,
    resource_id TEXT NOT NULL,
    used_at INTEGER NOT NULL
) STRICT;

CREATE INDEX idempotency_key_by_age ON idempotency_key (used_at);
