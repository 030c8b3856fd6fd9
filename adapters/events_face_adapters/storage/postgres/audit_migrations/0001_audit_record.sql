CREATE TABLE audit_record (
    event_id text COLLATE "C" PRIMARY KEY,
    actor_id text COLLATE "C" NOT NULL,
    action text COLLATE "C" NOT NULL,
    entity text COLLATE "C" NOT NULL,
    entity_id text COLLATE "C" NOT NULL,
    request_id text COLLATE "C" NOT NULL,
    occurred_at timestamptz NOT NULL,
    details text NOT NULL,
    stored_at timestamptz NOT NULL
);

-- Newest first, with nothing or one thing asked for; the rest is filtered on the way.
CREATE INDEX audit_record_by_time ON audit_record (occurred_at, event_id);
CREATE INDEX audit_record_by_actor ON audit_record (actor_id, occurred_at, event_id);
CREATE INDEX audit_record_by_action ON audit_record (action, occurred_at, event_id);
CREATE INDEX audit_record_by_entity ON audit_record (entity, entity_id, occurred_at, event_id);
CREATE INDEX audit_record_by_request ON audit_record (request_id, occurred_at, event_id);
