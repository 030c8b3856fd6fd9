-- A word is indexed together with the three days in which its event takes place. So a search walks
-- along the time as any listing does, and neither collects all that a common word finds nor passes
-- by all that a rare one does not.
CREATE FUNCTION event_period (at timestamptz) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN floor(extract(epoch FROM at - timestamptz '1970-01-01 00:00+00') / 259200)::integer;

CREATE FUNCTION event_period_start (period integer) RETURNS timestamptz
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN to_timestamp(period * 259200::double precision);

-- The words come normalised and stemmed: no parser and no dictionary of the database's own.
CREATE FUNCTION event_words (period integer, words text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN array_to_tsvector(string_to_array(
    period::text || ':' || replace(words, ' ', ' ' || period::text || ':'), ' '));

DROP INDEX event_by_words;
ALTER TABLE event DROP COLUMN search;

-- Without a list of pending entries: a search reads the index for one period after another, and
-- would read all of that list each time.
CREATE INDEX event_by_words ON event
USING gin (event_words(event_period(event_time), search_words)) WITH (fastupdate = off);
