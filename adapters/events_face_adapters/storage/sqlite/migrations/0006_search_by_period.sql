-- A word is indexed together with the three days in which its event takes place. So a search walks
-- along the time as any listing does, and neither collects all that a common word finds nor passes
-- by all that a rare one does not. The days are counted from year 1 or earlier, so that they have
-- seven digits and stand before every word alike.

DROP TRIGGER event_search_insert;
DROP TRIGGER event_search_delete;
DROP TRIGGER event_search_update;
DROP TABLE event_search;

CREATE VIEW event_words AS
SELECT
    row_id,
    period || replace(search_words, ' ', ' ' || period) AS words
FROM (
    SELECT
        row_id,
        search_words,
        printf('%07d', (event_time + 62208000000000000) / 259200000000) AS period
    FROM event
);

CREATE VIRTUAL TABLE event_search USING fts5 (
    words,
    content = 'event_words',
    content_rowid = 'row_id',
    detail = 'none',
    columnsize = 0,
    tokenize = 'unicode61 remove_diacritics 0'
);
INSERT INTO event_search (event_search) VALUES ('rebuild');

CREATE TRIGGER event_search_insert AFTER INSERT ON event BEGIN
    INSERT INTO event_search (rowid, words)
    SELECT row_id, words FROM event_words WHERE row_id = new.row_id;
END;

CREATE TRIGGER event_search_delete BEFORE DELETE ON event BEGIN
    INSERT INTO event_search (event_search, rowid, words)
    SELECT 'delete', row_id, words FROM event_words WHERE row_id = old.row_id;
END;

CREATE TRIGGER event_search_before_update BEFORE UPDATE OF search_words, event_time ON event
WHEN old.search_words IS NOT new.search_words OR old.event_time <> new.event_time BEGIN
    INSERT INTO event_search (event_search, rowid, words)
    SELECT 'delete', row_id, words FROM event_words WHERE row_id = old.row_id;
END;

CREATE TRIGGER event_search_update AFTER UPDATE OF search_words, event_time ON event
WHEN old.search_words IS NOT new.search_words OR old.event_time <> new.event_time BEGIN
    INSERT INTO event_search (rowid, words)
    SELECT row_id, words FROM event_words WHERE row_id = new.row_id;
END;

-- Tells how far a deadline can be from its event, so that bounds of the one bound the other.
CREATE INDEX event_by_deadline_lag ON event (registration_deadline - event_time);
