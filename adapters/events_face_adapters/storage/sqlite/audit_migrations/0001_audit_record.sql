CREATE TABLE audit_record (
    event_id TEXT PRIMARY KEY,
    actor_id TEXT NOT NULL,
    action TEXT NOT NULL,
    entity TEXT NOT NULL,
    entity_id TEXT NOT NULL,
    request_id TEXT NOT NULL,
    occurred_at INTEGER NOT NULL,
    details TEXT NOT NULL,
    stored_at INTEGER NOT NULL
) STRICT;

-- Newest first, with nothing or one thing asked for; the rest is filtered on the way.
CREATE INDEX audit_record_by_time ON audit_record (occurred_at, event_id);
CREATE INDEX audit_record_by_actor ON audit_record (actor_id, occurred_at, event_id);
CREATE INDEX audit_record_by_action ON audit_record (action, occurred_at, event_id);
CREATE INDEX audit_record_by_entity ON audit_record (entity, entity_id, occurred_at, event_id);
CREATE INDEX audit_record_by_request ON audit_record (request_id, occurred_at, event_id);
