-- No foreign key to the event: registrations outlive its purge (requirement 000, functional 5).
CREATE TABLE registration (
    id TEXT PRIMARY KEY,
    event_id TEXT NOT NULL,
    event_name TEXT NOT NULL,
    event_time INTEGER NOT NULL,
    first_name TEXT NOT NULL,
    last_name TEXT NOT NULL,
    email TEXT NOT NULL,
    email_key TEXT NOT NULL,
    seat TEXT,
    language TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    decision_due_at INTEGER NOT NULL,
    idempotency_key TEXT,
    attempts INTEGER NOT NULL,
    unanswered INTEGER NOT NULL,
    ticket_id TEXT,
    status TEXT NOT NULL CHECK (status IN ('pending', 'confirmed', 'rejected', 'cancelled')),
    reason TEXT,
    decided_at INTEGER
) STRICT;

CREATE UNIQUE INDEX registration_active ON registration (event_id, email_key)
WHERE status IN ('pending', 'confirmed');
CREATE INDEX registration_former_place ON registration (event_id, email_key)
WHERE status IN ('rejected', 'cancelled') AND ticket_id IS NOT NULL;
CREATE INDEX registration_due ON registration (decision_due_at) WHERE status = 'pending';
CREATE INDEX registration_by_creation ON registration (created_at, id);

CREATE TABLE notification (
    id TEXT PRIMARY KEY,
    reference_id TEXT NOT NULL,
    email TEXT NOT NULL,
    language TEXT NOT NULL,
    template TEXT NOT NULL,
    message TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    sent_at INTEGER
) STRICT;

CREATE INDEX notification_by_reference ON notification (reference_id);
