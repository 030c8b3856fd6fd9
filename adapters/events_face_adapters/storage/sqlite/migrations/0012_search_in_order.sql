-- The index of words knows an event by the minute in which it takes place and then by its row, so
-- what it finds of any word comes in the order of the listing, and a page is the beginning of it.
-- The minutes are counted from year 1 or earlier; below them is room for 2^30 rows.
DROP TRIGGER event_search_insert;
DROP TRIGGER event_search_delete;
DROP TRIGGER event_search_before_update;
DROP TRIGGER event_search_update;
DROP TABLE event_search;
DROP VIEW event_words;

ALTER TABLE event ADD COLUMN search_id INTEGER
GENERATED ALWAYS AS (((event_time + 62208000000000000) / 60000000) << 30 | row_id) VIRTUAL;

-- The words come normalised and with one space between: all else is part of a word ('ascii').
-- Beginnings of up to four letters are indexed like words; of longer ones there are few words.
CREATE VIRTUAL TABLE event_search USING fts5 (
    search_words,
    content = 'event',
    content_rowid = 'search_id',
    detail = 'none',
    columnsize = 0,
    tokenize = 'ascii',
    prefix = '1 2 3 4'
);
INSERT INTO event_search (rowid, search_words)
SELECT search_id, search_words FROM event ORDER BY search_id;

-- The words that occur, in their order.
CREATE VIRTUAL TABLE event_search_word USING fts5vocab (event_search, instance);

CREATE TRIGGER event_search_insert AFTER INSERT ON event BEGIN
    INSERT INTO event_search (rowid, search_words) VALUES (new.search_id, new.search_words);
END;

CREATE TRIGGER event_search_delete BEFORE DELETE ON event BEGIN
    INSERT INTO event_search (event_search, rowid, search_words)
    VALUES ('delete', old.search_id, old.search_words);
END;

CREATE TRIGGER event_search_before_update BEFORE UPDATE OF search_words, event_time ON event
WHEN old.search_words IS NOT new.search_words OR old.event_time <> new.event_time BEGIN
    INSERT INTO event_search (event_search, rowid, search_words)
    VALUES ('delete', old.search_id, old.search_words);
END;

CREATE TRIGGER event_search_update AFTER UPDATE OF search_words, event_time ON event
WHEN old.search_words IS NOT new.search_words OR old.event_time <> new.event_time BEGIN
    INSERT INTO event_search (rowid, search_words)
    VALUES (new.search_id, new.search_words);
END;
