"""A question to the listing, as PostgreSQL wants it put."""

from collections.abc import Sequence
from datetime import datetime

from attrs import define

from events_face_adapters.storage.event_rows import COLUMNS
from events_face_adapters.storage.question import Question, Statement, where
from events_face_adapters.storage.search_text import SearchTerm

_OF_EVENT = ", ".join(f"event.{column.strip()}" for column in COLUMNS.split(","))
_LAG = "registration_deadline - event_time"


@define
class PostgresQuestion(Question):
    """``Question``. Words hold letters and digits only: they mean nothing in a pattern."""

    @property
    def period(self) -> str:
        """The period of an event."""
        return "event_period(event_time)"

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

    def beyond_period(self) -> str:
        """Return the condition of events that lie beyond the period of the walk."""
        if self.descending:
            return "event_time < event_period_start(period)"
        return "event_time >= event_period_start(period + 1)"

    def written(self, terms: Sequence[SearchTerm]) -> list[str]:
        """Return the conditions that an event's own words fulfil."""
        *whole, last = terms
        written = "' ' || search_words || ' ' LIKE"
        conditions = [f"{written} {self.bind(f'% {term.stem} %')}" for term in whole]
        stem, word = self.bind(f"% {last.stem} %"), self.bind(f"% {last.word}%")
        return [*conditions, f"({written} {stem} OR {written} {word})"]

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

    def far_search(self, terms: Sequence[SearchTerm], nearby: int) -> Statement:
        """Return the statement that asks the index of words for one period after another.

        The ``OFFSET`` keeps the planner from reading half another index beside that of the words.
        """
        matching = (
            "SELECT * FROM event WHERE event_words(event_period(event_time), search_words)"  # noqa: S608  # likewise
            f" @@ replace({self.bind(_lexemes(terms))}, '@', period::text)::tsquery OFFSET 0"
        )
        ids = (
            f"SELECT id FROM ({matching}) AS matching {where(self.filters())}"  # noqa: S608  # likewise
            f" ORDER BY {self.order()} LIMIT {self.rows()}"
        )
        return self.statement(
            f"WITH RECURSIVE walk (period, found) AS ("  # noqa: S608  # likewise
            f' SELECT ({self.first_period()}), ARRAY[]::text[] COLLATE "C"'
            f" WHERE EXISTS (SELECT 1 FROM ({self.further(nearby)}) AS further OFFSET {nearby})"
            f" UNION ALL SELECT ({self.next_period()}), found || ARRAY({ids}) FROM walk"
            f" WHERE period IS NOT NULL AND cardinality(found) < {self.rows()})"
            f" SELECT {COLUMNS} FROM event WHERE id = ANY(("
            " SELECT found FROM walk ORDER BY cardinality(found) DESC LIMIT 1)::text[])"
            f" ORDER BY {self.order()} LIMIT {self.rows()}"
        )


def _lexemes(terms: Sequence[SearchTerm]) -> str:
    """Return the query of the index; the sign stands for the period."""
    *whole, last = terms
    words = [f"'@:{term.stem}'" for term in whole]
    if last.stem.startswith(last.word):
        words.append(f"'@:{last.word}':*")
    else:
        words.append(f"('@:{last.stem}' | '@:{last.word}':*)")
    return " & ".join(words)
