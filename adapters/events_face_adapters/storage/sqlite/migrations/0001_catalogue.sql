-- Instants are microseconds since 1970-01-01T00:00:00Z: exact, and ordered as numbers.

CREATE TABLE event (
    row_id INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    status TEXT NOT NULL,
    event_time INTEGER NOT NULL,
    registration_deadline INTEGER NOT NULL,
    place_id TEXT,
    place_name TEXT,
    place_city TEXT,
    place_address TEXT,
    number_of_visitors INTEGER,
    changed_at INTEGER NOT NULL,
    search_words TEXT NOT NULL
) STRICT;

CREATE INDEX event_by_time ON event (event_time, id);
CREATE INDEX event_by_status_and_time ON event (status, event_time, id);

CREATE VIRTUAL TABLE event_search USING fts5 (
    search_words,
    content = 'event',
    content_rowid = 'row_id',
    tokenize = 'unicode61 remove_diacritics 0',
    prefix = '1 2 3'
);

CREATE TRIGGER event_search_insert AFTER INSERT ON event BEGIN
    INSERT INTO event_search (rowid, search_words) VALUES (new.row_id, new.search_words);
END;

CREATE TRIGGER event_search_delete AFTER DELETE ON event BEGIN
    INSERT INTO event_search (event_search, rowid, search_words)
    VALUES ('delete', old.row_id, old.search_words);
END;

CREATE TRIGGER event_search_update AFTER UPDATE OF search_words ON event
WHEN old.search_words IS NOT new.search_words BEGIN
    INSERT INTO event_search (event_search, rowid, search_words)
    VALUES ('delete', old.row_id, old.search_words);
    INSERT INTO event_search (rowid, search_words) VALUES (new.row_id, new.search_words);
END;

-- The watermark keeps the offset that the source wrote it with, so it is text.
CREATE TABLE catalogue_state (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    version INTEGER NOT NULL,
    watermark TEXT,
    purged_before INTEGER
) STRICT;

INSERT INTO catalogue_state (id, version) VALUES (1, 0);
