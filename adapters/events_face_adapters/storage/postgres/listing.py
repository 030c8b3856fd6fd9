"""The statements of the listing.

Every page is a walk along an index from the cursor on, whatever is filtered by. The walk needs
no row of the table, only the index; the rows of the page are fetched by their ids.
"""

from collections.abc import Iterable, Sequence

from attrs import define, field, frozen

from events_face_adapters.storage.event_rows import COLUMNS
from events_face_adapters.storage.search_text import SearchTerm
from events_face_core.catalogue import EventQuery, EventStatus, Ordering

# A deadline lies about as far from its event as other deadlines do from theirs, so a bound of
# the one is a bound of the other. The extremes come from an index, at once. An event whose
# deadline is a matter of millennia makes the bound useless, and must not make it overflow.
# With the empty id, because the planner takes a plain pair of unknown bounds for a narrow one.
_EARLIEST = """(event_time, id) >= ((
    SELECT CASE WHEN max(registration_deadline - event_time) < interval '4000 years'
        THEN {} - max(registration_deadline - event_time) ELSE '-infinity' END
    FROM event), '')"""
_LATEST = """(event_time, id) < ((
    SELECT {} - min(registration_deadline - event_time) FROM event), '')"""


@frozen
class Statement:
    """A statement and the values of its parameters."""

    text: str
    values: Sequence[object]


def page(query: EventQuery) -> Statement:
    """Return the statement for a page without a search. Each status is a walk of its own."""
    asked = _Question(query)
    conditions = [*asked.bounds(), *asked.deadlines()]
    if statuses := asked.statuses():
        conditions.append("event.status = wanted.status")
        places = (
            f"SELECT near.event_time, near.id FROM unnest({asked.bind(statuses, 'text[]')})"  # noqa: S608  # only constants, values are bound
            f" AS wanted (status) CROSS JOIN LATERAL ({asked.walk(conditions)}) AS near"
            f" ORDER BY {asked.order('near.')} LIMIT {asked.rows()}"
        )
    else:
        places = asked.walk(conditions)
    return asked.statement(
        f"SELECT {_OF_EVENT} FROM ({places}) AS place JOIN event USING (id)"  # noqa: S608  # likewise
        f" ORDER BY {asked.order('place.')}"
    )


def near_search(query: EventQuery, terms: Sequence[SearchTerm], nearby: int) -> Statement:
    """Return the statement that looks for words among so many next events, one by one."""
    asked = _Question(query)
    near = (
        f"SELECT {COLUMNS}, search FROM event {_where([*asked.bounds(), *asked.one_status()])}"  # noqa: S608  # likewise
        f" ORDER BY {asked.order()} LIMIT {nearby}"
    )
    conditions = [*asked.any_status(), *asked.deadlines(), asked.match(terms)]
    return asked.statement(
        f"SELECT {COLUMNS} FROM ({near}) AS near {_where(conditions)}"  # noqa: S608  # likewise
        f" ORDER BY {asked.order()} LIMIT {asked.rows()}"
    )


def far_search(query: EventQuery, terms: Sequence[SearchTerm], nearby: int) -> Statement:
    """Return the statement that collects all events with the words, and sorts them.

    It finds nothing where there are no more than the nearby ones. The ``OFFSET`` keeps the
    planner from walking through everything instead, or from reading half an index beside.
    """
    asked = _Question(query)
    found = f"SELECT {COLUMNS} FROM event WHERE {asked.match(terms)} OFFSET 0"  # noqa: S608  # likewise
    further = (
        f"SELECT 1 FROM event {_where([*asked.bounds(), *asked.one_status()])}"  # noqa: S608  # likewise
        f" ORDER BY {asked.order()} OFFSET {nearby} LIMIT 1"
    )
    conditions = [
        f"EXISTS ({further})",
        *asked.bounds(),
        *asked.one_status(),
        *asked.any_status(),
        *asked.deadlines(),
    ]
    return asked.statement(
        f"SELECT {COLUMNS} FROM ({found}) AS found {_where(conditions)}"  # noqa: S608  # likewise
        f" ORDER BY {asked.order()} LIMIT {asked.rows()}"
    )


def estimate(query: EventQuery, terms: Sequence[SearchTerm]) -> Statement:
    """Return the statement that asks the planner how many events have the words."""
    asked = _Question(query)
    return asked.statement(
        f"EXPLAIN (FORMAT JSON) SELECT 1 FROM event WHERE {asked.match(terms)}"  # noqa: S608  # likewise
    )


@define
class _Question:
    """A query on its way to become SQL: it hands out conditions and collects their values."""

    query: EventQuery
    values: list[object] = field(factory=list)

    def bind(self, value: object, kind: str) -> str:
        self.values.append(value)
        return f"${len(self.values)}::{kind}"

    def statement(self, text: str) -> Statement:
        return Statement(text, tuple(self.values))

    def walk(self, conditions: Iterable[str]) -> str:
        return (
            f"SELECT event_time, id FROM event {_where(conditions)}"  # noqa: S608  # likewise
            f" ORDER BY {self.order()} LIMIT {self.rows()}"
        )

    def rows(self) -> int:
        """One more than the page holds: it tells whether there is another page."""
        return self.query.limit + 1

    def descending(self) -> bool:
        backwards = self.query.cursor is not None and self.query.cursor.backwards
        return (self.query.ordering is Ordering.EVENT_TIME_DESCENDING) is not backwards

    def order(self, table: str = "") -> str:
        direction = "DESC" if self.descending() else "ASC"
        return f"{table}event_time {direction}, {table}id {direction}"

    def bounds(self) -> list[str]:
        """Return where in the order of the listing the answer can lie."""
        query = self.query
        conditions: list[str] = []
        if query.time_from is not None:
            conditions.append(f"event_time >= {self.bind(query.time_from, 'timestamptz')}")
        if query.time_to is not None:
            conditions.append(f"event_time < {self.bind(query.time_to, 'timestamptz')}")
        if query.deadline_from is not None:
            conditions.append(_EARLIEST.format(self.bind(query.deadline_from, "timestamptz")))
        if query.deadline_to is not None:
            conditions.append(_LATEST.format(self.bind(query.deadline_to, "timestamptz")))
        if query.cursor is not None:
            at = self.bind(query.cursor.place.event_time, "timestamptz")
            beyond = "<" if self.descending() else ">"
            last = self.bind(query.cursor.place.id, "text")
            conditions.append(f"(event_time, id) {beyond} ({at}, {last})")
        return conditions

    def deadlines(self) -> list[str]:
        query = self.query
        conditions: list[str] = []
        if query.deadline_from is not None:
            at = self.bind(query.deadline_from, "timestamptz")
            conditions.append(f"registration_deadline >= {at}")
        if query.deadline_to is not None:
            at = self.bind(query.deadline_to, "timestamptz")
            conditions.append(f"registration_deadline < {at}")
        return conditions

    def statuses(self) -> list[str]:
        """Return the statuses that are asked for; none where that is all of them."""
        everything = len(self.query.statuses) == len(EventStatus)
        return [] if everything else sorted(status.value for status in self.query.statuses)

    def one_status(self) -> list[str]:
        """Return the condition of a single status: there is an index in which it comes first."""
        statuses = self.statuses()
        return [f"status = {self.bind(statuses[0], 'text')}"] if len(statuses) == 1 else []

    def any_status(self) -> list[str]:
        """Return the condition of several statuses."""
        statuses = self.statuses()
        return [f"status = ANY({self.bind(statuses, 'text[]')})"] if len(statuses) > 1 else []

    def match(self, terms: Sequence[SearchTerm]) -> str:
        """Return the condition of a search; words hold letters and digits only, and are quoted."""
        *whole, last = terms
        words = [f"'{term.stem}'" for term in whole]
        if last.stem.startswith(last.word):
            words.append(f"'{last.word}':*")
        else:
            words.append(f"('{last.stem}' | '{last.word}':*)")
        return f"search @@ {self.bind(' & '.join(words), 'text')}::tsquery"


def _where(conditions: Iterable[str]) -> str:
    joined = " AND ".join(conditions)
    return f"WHERE {joined}" if joined else ""


_OF_EVENT = ", ".join(f"event.{column.strip()}" for column in COLUMNS.split(","))
