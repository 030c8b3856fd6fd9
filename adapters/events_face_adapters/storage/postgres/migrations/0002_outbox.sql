-- Rows of the outbox change several times in their short life: vacuum it early.
CREATE TABLE outbox (
    id text COLLATE "C" PRIMARY KEY,
    name text COLLATE "C" NOT NULL,
    version integer NOT NULL,
    payload text NOT NULL,
    state text COLLATE "C" NOT NULL DEFAULT 'pending'
        CHECK (state IN ('pending', 'delivered', 'dead')),
    attempts integer NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL,
    due_at timestamptz NOT NULL,
    finished_at timestamptz,
    error text NOT NULL DEFAULT ''
) WITH (autovacuum_vacuum_scale_factor = 0.02);

-- Partial, so that a million delivered rows cost the next claim nothing.
CREATE INDEX outbox_pending ON outbox (name, due_at) WHERE state = 'pending';
CREATE INDEX outbox_delivered ON outbox (finished_at) WHERE state = 'delivered';
CREATE INDEX outbox_dead ON outbox (created_at, id) WHERE state = 'dead';

CREATE TABLE idempotency_key (
    value text COLLATE "C" PRIMARY KEY,
    fingerprint text NOT NULL,
    resource_id text NOT NULL,
    used_at timestamptz NOT NULL
);

CREATE INDEX idempotency_key_by_age ON idempotency_key (used_at);
