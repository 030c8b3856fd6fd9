-- No foreign key to the event: registrations outlive its purge (requirement 000, functional 5).
CREATE TABLE registration (
    id text COLLATE "C" PRIMARY KEY,
    event_id text COLLATE "C" NOT NULL,
    event_name text NOT NULL,
    event_time timestamptz NOT NULL,
    first_name text NOT NULL,
    last_name text NOT NULL,
    email text NOT NULL,
    email_key text COLLATE "C" NOT NULL,
    seat text,
    language text NOT NULL,
    created_at timestamptz NOT NULL,
    decision_due_at timestamptz NOT NULL,
    idempotency_key text,
    attempts integer NOT NULL,
    unanswered integer NOT NULL,
    ticket_id text,
    status text COLLATE "C" NOT NULL
        CHECK (status IN ('pending', 'confirmed', 'rejected', 'cancelled')),
    reason text,
    decided_at timestamptz
);

CREATE UNIQUE INDEX registration_active ON registration (event_id, email_key)
WHERE status IN ('pending', 'confirmed');
CREATE INDEX registration_former_place ON registration (event_id, email_key)
WHERE status IN ('rejected', 'cancelled') AND ticket_id IS NOT NULL;
CREATE INDEX registration_due ON registration (decision_due_at) WHERE status = 'pending';
CREATE INDEX registration_by_creation ON registration (created_at, id);

CREATE TABLE notification (
    id text COLLATE "C" PRIMARY KEY,
    reference_id text COLLATE "C" NOT NULL,
    email text NOT NULL,
    language text NOT NULL,
    template text NOT NULL,
    message text NOT NULL,
    created_at timestamptz NOT NULL,
    sent_at timestamptz
);

CREATE INDEX notification_by_reference ON notification (reference_id);
