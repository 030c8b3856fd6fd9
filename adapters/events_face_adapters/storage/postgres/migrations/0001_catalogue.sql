-- Ids and statuses are compared byte by byte (COLLATE "C"): fast, and the same order everywhere.
-- Room is left on the pages: most changes of an event touch no index and then stay on their page.
CREATE TABLE event (
    id text COLLATE "C" PRIMARY KEY,
    name text NOT NULL,
    status text COLLATE "C" NOT NULL,
    event_time timestamptz NOT NULL,
    registration_deadline timestamptz NOT NULL,
    place_id text,
    place_name text,
    place_city text,
    place_address text,
    number_of_visitors bigint,
    changed_at timestamptz NOT NULL,
    search_words text NOT NULL,
    -- The words come normalised and stemmed: no parser and no dictionary of the database's own.
    search tsvector NOT NULL
        GENERATED ALWAYS AS (array_to_tsvector(string_to_array(search_words, ' '))) STORED
) WITH (fillfactor = 90);

-- What a listing filters by is in the indexes that it walks along.
CREATE INDEX event_by_time ON event (event_time, id) INCLUDE (registration_deadline, status);
CREATE INDEX event_by_status_and_time ON event (status, event_time, id)
    INCLUDE (registration_deadline);
-- Tells how far a deadline can be from its event, so that bounds of the one bound the other.
CREATE INDEX event_by_deadline_lag ON event ((registration_deadline - event_time));
-- The list of pending entries is kept short (kB): every search reads all of it.
CREATE INDEX event_by_words ON event USING gin (search) WITH (gin_pending_list_limit = 64);

-- The watermark keeps the offset that the source wrote it with, so it is text.
CREATE TABLE catalogue_state (
    id integer PRIMARY KEY CHECK (id = 1),
    version bigint NOT NULL,
    watermark text,
    purged_before timestamptz
);

INSERT INTO catalogue_state (id, version) VALUES (1, 0);
