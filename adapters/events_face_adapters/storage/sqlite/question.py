"""A question to the listing, as SQLite wants it put."""

from collections.abc import Sequence

from attrs import define

from events_face_adapters.storage.event_rows import COLUMNS
from events_face_adapters.storage.question import Question, Statement, where
from events_face_adapters.storage.search_text import SearchTerm

# As the migration counts the periods, in microseconds.
_FIRST, _LENGTH = 62_208_000_000_000_000, 259_200_000_000
_LAG = "registration_deadline - event_time"


@define
class SqliteQuestion(Question):
    """``Question``. Words hold letters and digits only: in a query they stand quoted."""

    @property
    def period(self) -> str:
        """The period of an event."""
        return f"(event_time + {_FIRST}) / {_LENGTH}"

    def bind(self, value: object) -> str:
        """Return the parameter that stands for a value."""
        self.values.append(value)
        return f"${len(self.values)}"

    def earliest(self, deadline: str) -> str:
        """Return the earliest time."""
        return f"{deadline} - max({_LAG})"

    def latest(self, deadline: str) -> str:
        """Return the time that events with earlier deadlines lie before."""
        return f"{deadline} - min({_LAG})"

    def nearer(self, one: str, other: str) -> str:
        """Return the one of two times that the walk reaches last."""
        return f"{'min' if self.descending else 'max'}({one}, {other})"

    def beyond_period(self) -> str:
        """Return the condition of events that lie beyond the period of the walk."""
        if self.descending:
            return f"event_time < period * {_LENGTH} - {_FIRST}"
        return f"event_time >= (period + 1) * {_LENGTH} - {_FIRST}"

    def written(self, terms: Sequence[SearchTerm]) -> list[str]:
        """Return the conditions that an event's own words fulfil."""
        *whole, last = terms
        written = "instr(' ' || search_words || ' ', {})"
        conditions = [written.format(self.bind(f" {term.stem} ")) for term in whole]
        stem = written.format(self.bind(f" {last.stem} "))
        return [*conditions, f"({stem} OR {written.format(self.bind(f' {last.word}'))})"]

    def far_search(self, terms: Sequence[SearchTerm], nearby: int) -> Statement:
        """Return the statement that asks the index of words for one period after another.

        ``CROSS JOIN`` keeps the order in which the tables are read.
        """
        match = f"replace({self.bind(_match(terms))}, '@', printf('%07d', period))"
        matching = (
            "SELECT row_id FROM event_search CROSS JOIN event ON event.row_id = event_search.rowid"  # noqa: S608  # only constants, values are bound
            f" {where([f'event_search MATCH {match}', *self.filters()])}"
            f" ORDER BY {self.order()} LIMIT {self.rows()}"
        )
        return self.statement(
            f"WITH RECURSIVE walk (period, found, before) AS ("  # noqa: S608  # likewise
            f" SELECT ({self.first_period()}), '[]', 0"
            f" WHERE EXISTS (SELECT 1 FROM ({self.further(nearby)}) LIMIT 1 OFFSET {nearby})"
            f" UNION ALL SELECT ({self.next_period()}),"
            f" (SELECT json_group_array(row_id) FROM ({matching})),"
            " before + json_array_length(found) FROM walk WHERE period IS NOT NULL"
            f" AND before + json_array_length(found) < {self.rows()})"
            f" SELECT {COLUMNS} FROM (SELECT value AS row_id FROM walk, json_each(found)) AS one"
            " CROSS JOIN event USING (row_id)"
            f" ORDER BY {self.order()} LIMIT {self.rows()}"
        )


def _match(terms: Sequence[SearchTerm]) -> str:
    """Return the query of the index; the sign stands for the period.

    Each word is looked for in every piece of the index, so a stem that the last word's prefix
    finds anyway is left out.
    """
    *whole, last = terms
    beginning = f'"@{last.word}" *'
    if not last.stem.startswith(last.word):
        beginning = f'("@{last.stem}" OR {beginning})'
    return " AND ".join([*(f'"@{term.stem}"' for term in whole), beginning])
