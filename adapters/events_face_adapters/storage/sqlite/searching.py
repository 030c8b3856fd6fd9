"""The statements of a search."""

from collections.abc import Sequence

from events_face_adapters.storage.event_rows import COLUMNS
from events_face_adapters.storage.question import Statement, where
from events_face_adapters.storage.search_text import SearchTerm
from events_face_adapters.storage.sqlite.question import SqliteQuestion
from events_face_core.catalogue import EventQuery

# As the migration counts the periods, in microseconds.
_FIRST, _LENGTH = 62_208_000_000_000_000, 259_200_000_000
_PERIOD = f"(event_time + {_FIRST}) / {_LENGTH}"


def near_search(query: EventQuery, terms: Sequence[SearchTerm], nearby: int) -> Statement:
    """Return the statement that looks for words among so many next events, one by one."""
    asked = SqliteQuestion(query)
    near = asked.walk(f"{COLUMNS}, search_words", nearby)
    conditions = [*asked.deadlines(), *_written(asked, terms)]
    return asked.statement(
        f"SELECT {COLUMNS} FROM ({near}) AS near {where(conditions)}"  # noqa: S608  # only constants, values are bound
        f" ORDER BY {asked.order()} LIMIT {asked.rows()}"
    )


def far_search(query: EventQuery, terms: Sequence[SearchTerm], nearby: int) -> Statement:
    """Return the statement that asks the index of words for one period after another.

    It stops at the period that fills the page. Periods without events are passed over. It finds
    nothing where there are no more than the nearby events. ``CROSS JOIN`` keeps the order in
    which the tables are read.
    """
    asked = SqliteQuestion(query)
    bounds, status = asked.bounds(), asked.one_status()
    conditions = [*bounds, *asked.any_status(), *asked.deadlines()]
    further = asked.walk("event_time, id", nearby + 1)
    first = _next_period(asked, [*bounds, *status])
    beyond = _next_period(asked, [_beyond(asked), *asked.end(), *status])
    match = f"replace({asked.bind(_match(terms))}, '@', printf('%07d', period))"
    matching = (
        "SELECT row_id FROM event_search CROSS JOIN event ON event.row_id = event_search.rowid"  # noqa: S608  # likewise
        f" {where([f'event_search MATCH {match}', *conditions])}"
        f" ORDER BY {asked.order()} LIMIT {asked.rows()}"
    )
    return asked.statement(
        f"WITH RECURSIVE walk (period, found, before) AS (SELECT ({first}), '[]', 0"  # noqa: S608  # likewise
        f" WHERE EXISTS (SELECT 1 FROM ({further}) LIMIT 1 OFFSET {nearby})"
        f" UNION ALL SELECT ({beyond}), (SELECT json_group_array(row_id) FROM ({matching})),"
        " before + json_array_length(found) FROM walk WHERE period IS NOT NULL"
        f" AND before + json_array_length(found) < {asked.rows()})"
        f" SELECT {COLUMNS} FROM (SELECT value AS row_id FROM walk, json_each(found)) AS one"
        " CROSS JOIN event USING (row_id)"
        f" ORDER BY {asked.order()} LIMIT {asked.rows()}"
    )


def _next_period(asked: SqliteQuestion, conditions: Sequence[str]) -> str:
    return (
        f"SELECT {_PERIOD} FROM event {where(conditions)}"  # noqa: S608  # likewise
        f" ORDER BY {asked.order()} LIMIT 1"
    )


def _beyond(asked: SqliteQuestion) -> str:
    """Return the condition of events that lie beyond the period of the walk."""
    if asked.descending:
        return f"event_time < period * {_LENGTH} - {_FIRST}"
    return f"event_time >= (period + 1) * {_LENGTH} - {_FIRST}"


# Words hold letters and digits only: in a query they stand quoted.


def _written(asked: SqliteQuestion, terms: Sequence[SearchTerm]) -> list[str]:
    """Return the conditions that an event's own words fulfil."""
    *whole, last = terms
    written = "instr(' ' || search_words || ' ', {})"
    conditions = [written.format(asked.bind(f" {term.stem} ")) for term in whole]
    stem = written.format(asked.bind(f" {last.stem} "))
    return [*conditions, f"({stem} OR {written.format(asked.bind(f' {last.word}'))})"]


def _match(terms: Sequence[SearchTerm]) -> str:
    """Return the query of the index; the sign stands for the period."""
    *whole, last = terms
    words = [f'"@{term.stem}"' for term in whole]
    return " AND ".join([*words, f'("@{last.stem}" OR "@{last.word}" *)'])
