-- A former registration holds a new one back as long as it has a ticket or an unanswered attempt.
-- The index asks for neither: an attempt that begins would have to change it, then.
DROP INDEX registration_former_place;
CREATE INDEX registration_former_place ON registration (event_id, email_key)
WHERE status IN ('rejected', 'cancelled');

-- Where a take-back has ended, or an operator was told, nobody is held back any more.
UPDATE registration SET unanswered = 0
WHERE status IN ('rejected', 'cancelled') AND unanswered > 0 AND id NOT IN (
    SELECT payload ->> 'registration_id' FROM outbox
    WHERE name = 'registration.take-back-requested' AND state = 'pending'
        AND payload ->> 'ticket_id' = ''
);
