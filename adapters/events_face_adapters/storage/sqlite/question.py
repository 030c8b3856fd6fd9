"""A question to the listing, as SQLite wants it put."""

from collections.abc import Sequence

from attrs import define

from events_face_adapters.storage.event_rows import COLUMNS
from events_face_adapters.storage.question import Question, Statement, where
from events_face_adapters.storage.search_text import SearchTerm

_ROW_BITS = 30
_ROWS = (1 << _ROW_BITS) - 1
"""Of a ``search_id`` the lower bits, which tell the row; those above tell the minute."""

_SHORT = 4
"""A beginning of so many letters, or fewer, is indexed like a word."""

_MOST_WORDS = 64
"""Words with one beginning that are each looked for; of more, the index collects all matches."""

_AFTER = "word || ' '"
"""What stands behind a word, and before every longer one."""

_OF_EVENT = ", ".join(f"event.{column.strip()}" for column in COLUMNS.split(","))
_LAG = "registration_deadline - event_time"


@define
class SqliteQuestion(Question):
    """``Question``. Words hold letters and digits only: in a query they stand quoted."""

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

    def searches(self, terms: Sequence[SearchTerm]) -> Sequence[Statement]:
        """Return one statement: the index of words finds a page in the order of the listing.

        But for events of one minute: the last minute of the page is read to its end, and what
        was found is sorted. ``CROSS JOIN`` keeps the order in which the tables are read.
        """
        match = self._match(terms)
        matching = (
            "FROM event_search CROSS JOIN event ON event.row_id = event_search.rowid"
            f" & {_ROWS} {where([f'event_search MATCH {match}', *self.filters()])}"
        )
        first, last = "(SELECT first FROM span)", "(SELECT last FROM span)"
        direction = "DESC" if self.descending else "ASC"
        found = (
            f"SELECT event_search.rowid AS id {matching} {_between(first, last)}"
            f" ORDER BY event_search.rowid {direction} LIMIT {self.rows()}"
        )
        if self.descending:
            first = "(SELECT first FROM page)"
        else:
            last = "(SELECT last FROM page)"
        statement = self.statement(
            f"WITH {self._span()}, page (first, last) AS"  # noqa: S608  # only constants, values are bound
            f" (SELECT min(id) & ~{_ROWS}, max(id) | {_ROWS} FROM ({found}))"
            f" SELECT {_OF_EVENT} {matching} {_between(first, last)}"
            f" ORDER BY {self.order()} LIMIT {self.rows()}"
        )
        return [statement]

    def _span(self) -> str:
        """Return the table of the ids in the index between which the answer lies."""
        events = f"SELECT search_id FROM event {where([*self.bounds(), *self.one_status()])}"  # noqa: S608  # likewise
        one = f"{events} ORDER BY {self.order()} LIMIT 1"
        other = f"{events} ORDER BY {self.order(turned=True)} LIMIT 1"
        return (
            f"span (first, last) AS (SELECT min(one, other) & ~{_ROWS}, max(one, other) | {_ROWS}"  # noqa: S608  # likewise
            f" FROM (SELECT ({one}) AS one, ({other}) AS other))"
        )

    def _match(self, terms: Sequence[SearchTerm]) -> str:
        """Return the query of the index, as an expression.

        The index reads a word's events one by one, but collects and sorts those of all words with
        one beginning, unless it is short. So the words are looked up and asked for by name.
        """
        *whole, last = terms
        stems = "".join(f'"{term.stem}" AND ' for term in whole)
        opened = f'{stems}("{last.stem}" OR '
        if len(last.word) <= _SHORT:
            return self.bind(f'{opened}"{last.word}" *)')
        begins = f"substr(word, 1, {len(last.word)}) = {(beginning := self.bind(last.word))}"
        next_word = "(SELECT term FROM event_search_word WHERE term >= {} LIMIT 1)"
        return (
            f"(WITH RECURSIVE words (word) AS (SELECT {next_word.format(beginning)}"  # noqa: S608  # likewise
            f" UNION ALL SELECT {next_word.format(_AFTER)} FROM words WHERE {begins}"
            f" LIMIT {_MOST_WORDS + 2})"
            f" SELECT {self.bind(opened)} || CASE WHEN count(*) BETWEEN 1 AND {_MOST_WORDS}"
            """ THEN group_concat('"' || word || '"', ' OR ')"""
            f""" ELSE '"' || {beginning} || '" *' END || ')' FROM words WHERE {begins})"""
        )


def _between(first: str, last: str) -> str:
    return f"AND event_search.rowid BETWEEN {first} AND {last}"
