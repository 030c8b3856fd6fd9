"""A question to the listing, as PostgreSQL wants it put."""

from collections.abc import Sequence
from datetime import datetime

from attrs import define

from events_face_adapters.storage.event_rows import COLUMNS
from events_face_adapters.storage.question import Question, Statement, where
from events_face_adapters.storage.search_text import SearchTerm

_OF_EVENT = ", ".join(f"event.{column.strip()}" for column in COLUMNS.split(","))
_LAG = "registration_deadline - event_time"
_NEARBY = 250
"""Measured at a million events: looking so far costs about as much as the index of words."""


@define
class PostgresQuestion(Question):
    """``Question``. Words hold letters and digits only: they mean nothing in a pattern."""

    def bind(self, value: object) -> str:
        """Return the parameter that stands for a value, with its type."""
        self.values.append(value)
        return f"${len(self.values)}::{'timestamptz' if isinstance(value, datetime) else 'text'}"

    def earliest(self, deadline: str) -> str:
        """Return the earliest time.

        An event whose deadline is a matter of millennia makes the bound useless, and must not
        make it overflow.
        """
        return (
            f"CASE WHEN max({_LAG}) < interval '4000 years'"
            f" THEN {deadline} - max({_LAG}) ELSE '-infinity' END"
        )

    def latest(self, deadline: str) -> str:
        """Return the time that events with earlier deadlines lie before."""
        return f"{deadline} - min({_LAG})"

    def nearer(self, one: str, other: str) -> str:
        """Return the one of two times that the walk reaches last."""
        return f"{'LEAST' if self.descending else 'GREATEST'}({one}, {other})"

    def page(self) -> Statement:
        """Return the statement for a page without a search.

        The walk needs no row of the table, only the index; the rows of the page are fetched by
        their ids.
        """
        places = self.walk("event_time, id", self.rows(), self.deadlines())
        return self.statement(
            f"SELECT {_OF_EVENT} FROM ({places}) AS place JOIN event USING (id)"  # noqa: S608  # only constants, values are bound
            f" ORDER BY {self.order('place.')}"
        )

    def searches(self, terms: Sequence[SearchTerm]) -> Sequence[Statement]:
        """Return the statement that looks at the next events, and the one for all beyond.

        Events with a common word are soon met on a walk through the listing; what is not so
        common, the index of words finds in a walk of its own.
        """
        near, far = PostgresQuestion(self.query), PostgresQuestion(self.query)
        return near._near_search(terms), far._far_search(terms)

    def _near_search(self, terms: Sequence[SearchTerm]) -> Statement:
        """Return the statement that looks for words among the next events, one by one."""
        near = self.walk(f"{COLUMNS}, search_words", _NEARBY)
        conditions = [*self.deadlines(), *self._written(terms)]
        return self.statement(
            f"SELECT {COLUMNS} FROM ({near}) AS near {where(conditions)}"  # noqa: S608  # only constants, values are bound
            f" ORDER BY {self.order()} LIMIT {self.rows()}"
        )

    def _far_search(self, terms: Sequence[SearchTerm]) -> Statement:
        """Return the statement that asks the index of words for one period after another.

        It stops at the period that fills the page. Periods without events are passed over. It
        finds nothing where there are no more than the nearby events. The ``OFFSET`` keeps the
        planner from reading half another index beside that of the words.
        """
        matching = (
            "SELECT * FROM event WHERE event_words(event_period(event_time), search_words)"  # noqa: S608  # likewise
            f" @@ replace({self.bind(_lexemes(terms))}, '@', period::text)::tsquery OFFSET 0"
        )
        ids = (
            f"SELECT id FROM ({matching}) AS matching {where(self.filters())}"  # noqa: S608  # likewise
            f" ORDER BY {self.order()} LIMIT {self.rows()}"
        )
        first = self._next_period([*self.bounds(), *self.one_status()])
        following = self._next_period([self._beyond_period(), *self.end(), *self.one_status()])
        further = self.walk("event_time, id", _NEARBY + 1)
        return self.statement(
            f"WITH RECURSIVE walk (period, found) AS ("  # noqa: S608  # likewise
            f' SELECT ({first}), ARRAY[]::text[] COLLATE "C"'
            f" WHERE EXISTS (SELECT 1 FROM ({further}) AS further OFFSET {_NEARBY})"
            f" UNION ALL SELECT ({following}), found || ARRAY({ids}) FROM walk"
            f" WHERE period IS NOT NULL AND cardinality(found) < {self.rows()})"
            f" SELECT {COLUMNS} FROM event WHERE id = ANY(("
            " SELECT found FROM walk ORDER BY cardinality(found) DESC LIMIT 1)::text[])"
            f" ORDER BY {self.order()} LIMIT {self.rows()}"
        )

    def _next_period(self, conditions: Sequence[str]) -> str:
        """Return the statement of the first period with events that fulfil some conditions."""
        return (
            f"SELECT event_period(event_time) FROM event {where(conditions)}"  # noqa: S608  # likewise
            f" ORDER BY {self.order()} LIMIT 1"
        )

    def _beyond_period(self) -> str:
        """Return the condition of events that lie beyond the period of the walk."""
        if self.descending:
            return "event_time < event_period_start(period)"
        return "event_time >= event_period_start(period + 1)"

    def _written(self, terms: Sequence[SearchTerm]) -> list[str]:
        """Return the conditions that an event's own words fulfil."""
        *whole, last = terms
        written = "' ' || search_words || ' ' LIKE"
        conditions = [f"{written} {self.bind(f'% {term.stem} %')}" for term in whole]
        stem, word = self.bind(f"% {last.stem} %"), self.bind(f"% {last.word}%")
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
