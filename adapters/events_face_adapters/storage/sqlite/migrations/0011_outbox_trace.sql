-- The story that the message was published in (W3C traceparent), where somebody follows stories.
ALTER TABLE outbox ADD COLUMN trace TEXT;
