"""The statements of a search."""

from collections.abc import Sequence

from events_face_adapters.storage.event_rows import COLUMNS
from events_face_adapters.storage.postgres.question import PostgresQuestion
from events_face_adapters.storage.question import Statement, where
from events_face_adapters.storage.search_text import SearchTerm
from events_face_core.catalogue import EventQuery


def near_search(query: EventQuery, terms: Sequence[SearchTerm], nearby: int) -> Statement:
    """Return the statement that looks for words among so many next events, one by one."""
    asked = PostgresQuestion(query)
    near = asked.walk(f"{COLUMNS}, search_words", nearby)
    conditions = [*asked.deadlines(), *_written(asked, terms)]
    return asked.statement(
        f"SELECT {COLUMNS} FROM ({near}) AS near {where(conditions)}"  # noqa: S608  # only constants, values are bound
        f" ORDER BY {asked.order()} LIMIT {asked.rows()}"
    )


def far_search(query: EventQuery, terms: Sequence[SearchTerm], nearby: int) -> Statement:
    """Return the statement that asks the index of words for one period after another.

    It stops at the period that fills the page. Periods without events are passed over. It finds
    nothing where there are no more than the nearby events. The ``OFFSET`` keeps the planner from
    reading half another index beside that of the words.
    """
    asked = PostgresQuestion(query)
    bounds, status = asked.bounds(), asked.one_status()
    conditions = [*bounds, *asked.any_status(), *asked.deadlines()]
    further = asked.walk("event_time, id", nearby + 1)
    first = _next_period(asked, [*bounds, *status])
    beyond = _next_period(asked, [_beyond(asked), *asked.end(), *status])
    matching = (
        "SELECT * FROM event WHERE event_words(event_period(event_time), search_words)"  # noqa: S608  # likewise
        f" @@ replace({asked.bind(_lexemes(terms))}, '@', period::text)::tsquery OFFSET 0"
    )
    ids = (
        f"SELECT id FROM ({matching}) AS matching {where(conditions)}"  # noqa: S608  # likewise
        f" ORDER BY {asked.order()} LIMIT {asked.rows()}"
    )
    return asked.statement(
        f"WITH RECURSIVE walk (period, found) AS ("  # noqa: S608  # likewise
        f' SELECT ({first}), ARRAY[]::text[] COLLATE "C"'
        f" WHERE EXISTS (SELECT 1 FROM ({further}) AS further OFFSET {nearby})"
        f" UNION ALL SELECT ({beyond}), found || ARRAY({ids}) FROM walk"
        f" WHERE period IS NOT NULL AND cardinality(found) < {asked.rows()})"
        f" SELECT {COLUMNS} FROM event WHERE id = ANY(("
        " SELECT found FROM walk ORDER BY cardinality(found) DESC LIMIT 1)::text[])"
        f" ORDER BY {asked.order()} LIMIT {asked.rows()}"
    )


def _next_period(asked: PostgresQuestion, conditions: Sequence[str]) -> str:
    return (
        f"SELECT event_period(event_time) FROM event {where(conditions)}"  # noqa: S608  # likewise
        f" ORDER BY {asked.order()} LIMIT 1"
    )


def _beyond(asked: PostgresQuestion) -> str:
    """Return the condition of events that lie beyond the period of the walk."""
    if asked.descending:
        return "event_time < event_period_start(period)"
    return "event_time >= event_period_start(period + 1)"


# Words hold letters and digits only: they mean nothing in a pattern, and are quoted in a query.


def _written(asked: PostgresQuestion, terms: Sequence[SearchTerm]) -> list[str]:
    """Return the conditions that an event's own words fulfil."""
    *whole, last = terms
    written = "' ' || search_words || ' ' LIKE"
    conditions = [f"{written} {asked.bind(f'% {term.stem} %')}" for term in whole]
    stem, word = asked.bind(f"% {last.stem} %"), asked.bind(f"% {last.word}%")
    return [*conditions, f"({written} {stem} OR {written} {word})"]


def _lexemes(terms: Sequence[SearchTerm]) -> str:
    """Return the query of the index; the sign stands for the period."""
    *whole, last = terms
    words = [f"'@:{term.stem}'" for term in whole]
    if last.stem.startswith(last.word):
        words.append(f"'@:{last.word}':*")
    else:
        words.append(f"('@:{last.stem}' | '@:{last.word}':*)")
    return " & ".join(words)
