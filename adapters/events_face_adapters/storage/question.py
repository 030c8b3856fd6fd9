"""A question to the listing on its way to become SQL that every database understands."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from datetime import datetime

from attrs import define, field, frozen

from events_face_adapters.storage.event_rows import COLUMNS
from events_face_adapters.storage.search_text import SearchTerm
from events_face_core.catalogue import EventQuery, EventStatus, Ordering


@frozen
class Statement:
    """A statement and the values of its parameters."""

    text: str
    values: Sequence[object]


@define
class Question(ABC):
    """Hands out conditions and collects their values; makes a page's statement of them.

    Each answer is a walk along an index in the order of the listing. A deadline lies about as
    far from its event as other deadlines do from theirs, so a bound of the one is a bound of
    the other; the extremes come from an index, at once.
    """

    query: EventQuery
    values: list[object] = field(factory=list)

    @abstractmethod
    def bind(self, value: object) -> str:
        """Return the parameter that stands for a value."""

    @abstractmethod
    def earliest(self, deadline: str) -> str:
        """Return the earliest time, in extremes, of an event with this deadline or a later one."""

    @abstractmethod
    def latest(self, deadline: str) -> str:
        """Return the time, in extremes, that events with earlier deadlines lie before."""

    @abstractmethod
    def nearer(self, one: str, other: str) -> str:
        """Return the one of two times that the walk reaches last."""

    @abstractmethod
    def searches(self, terms: Sequence[SearchTerm]) -> Sequence[Statement]:
        """Return the statements for a page of a search: each is asked unless one filled it.

        One that finds nothing leaves what was found before.
        """

    def page(self) -> Statement:
        """Return the statement for a page without a search."""
        return self.statement(self.walk(COLUMNS, self.rows(), self.deadlines()))

    def filters(self) -> list[str]:
        """Return the conditions on an event that no walk leads to."""
        return [*self.bounds(), *self.any_status(), *self.deadlines()]

    def statement(self, text: str) -> Statement:
        """Return the statement with all values that were bound."""
        return Statement(text, tuple(self.values))

    def rows(self) -> int:
        """One more than the page holds: it tells whether there is another page."""
        return self.query.limit + 1

    @property
    def descending(self) -> bool:
        """Whether the walk leads back in time."""
        backwards = self.query.cursor is not None and self.query.cursor.backwards
        return (self.query.ordering is Ordering.EVENT_TIME_DESCENDING) is not backwards

    def order(self, table: str = "", *, turned: bool = False) -> str:
        """Return the order of the walk, or of one that comes the other way."""
        direction = "DESC" if self.descending is not turned else "ASC"
        return f"{table}event_time {direction}, {table}id {direction}"

    def walk(self, columns: str, length: int, conditions: Sequence[str] = ()) -> str:
        """Return the statement of the next so many events that fulfil some conditions.

        Each status is a walk of its own, along an index in which it comes first.
        """
        bounds = [*self.bounds(), *conditions]
        ends = f"ORDER BY {self.order()} LIMIT {length}"
        walks = [
            f"SELECT {columns} FROM event {where([f'status = {status}', *bounds])} {ends}"  # noqa: S608  # only constants, values are bound
            for status in map(self.bind, self.statuses())
        ]
        if not walks:
            return f"SELECT {columns} FROM event {where(bounds)} {ends}"  # noqa: S608  # likewise
        if len(walks) == 1:
            return walks[0]
        joined = " UNION ALL ".join(f"SELECT * FROM ({walk}) AS one" for walk in walks)  # noqa: S608  # likewise
        return f"SELECT * FROM ({joined}) AS near {ends}"  # noqa: S608  # likewise

    def bounds(self) -> list[str]:
        """Return where in the order of the listing the answer can lie."""
        return [*self._beginning(), *self.end()]

    def end(self) -> list[str]:
        """Return where the walk ends."""
        query = self.query
        comparison = ">=" if self.descending else "<"
        time = query.time_from if self.descending else query.time_to
        deadline = query.deadline_from if self.descending else query.deadline_to
        conditions: list[str] = []
        if time is not None:
            conditions.append(f"event_time {comparison} {self.bind(time)}")
        if deadline is not None:
            form = self.earliest if self.descending else self.latest
            at = _one(form(self.bind(deadline)))
            conditions.append(f"(event_time, id) {comparison} ({at}, '')")
        return conditions

    def deadlines(self) -> list[str]:
        """Return the conditions on the deadline itself."""
        query = self.query
        conditions: list[str] = []
        if query.deadline_from is not None:
            conditions.append(f"registration_deadline >= {self.bind(query.deadline_from)}")
        if query.deadline_to is not None:
            conditions.append(f"registration_deadline < {self.bind(query.deadline_to)}")
        return conditions

    def statuses(self) -> list[str]:
        """Return the statuses that are asked for; none where that is all of them."""
        everything = len(self.query.statuses) == len(EventStatus)
        return [] if everything else sorted(status.value for status in self.query.statuses)

    def one_status(self) -> list[str]:
        """Return the condition of a single status: there is an index in which it comes first."""
        return self.any_status() if len(self.statuses()) == 1 else []

    def any_status(self) -> list[str]:
        """Return the condition on the status, if there is one."""
        if not (statuses := self.statuses()):
            return []
        return [f"status IN ({', '.join(map(self.bind, statuses))})"]

    def _beginning(self) -> list[str]:
        """Return where the walk begins.

        That is one condition: of two beginnings on one index, a database may take the one that
        lies farther off, and walk all the way to the other.
        """
        at, last = self._known_beginning()
        time = None if at is None else self.bind(at)
        place = "''" if last is None else self.bind(last)
        comparison = "<" if self.descending else ">=" if last is None else ">"
        query = self.query
        deadline = query.deadline_to if self.descending else query.deadline_from
        if deadline is not None:
            bound = (self.latest if self.descending else self.earliest)(self.bind(deadline))
            if last is not None:
                place = _one(f"CASE WHEN {bound} {comparison} {time} THEN '' ELSE {place} END")
            time = _one(bound if time is None else self.nearer(bound, time))
        elif time is None:
            return []
        elif last is None:
            return [f"event_time {comparison} {time}"]
        # With an id in any case: PostgreSQL takes a plain pair of unknown bounds for a narrow one.
        return [f"(event_time, id) {comparison} ({time}, {place})"]

    def _known_beginning(self) -> tuple[datetime | None, str | None]:
        """Return the beginning as far as it needs no database: a time, or an event's place."""
        query = self.query
        time = query.time_to if self.descending else query.time_from
        if query.cursor is None:
            return time, None
        at = query.cursor.place.event_time
        if time is not None and (time <= at if self.descending else time > at):
            return time, None
        return at, query.cursor.place.id


def where(conditions: Iterable[str]) -> str:
    """Return the clause of all conditions."""
    joined = " AND ".join(conditions)
    return f"WHERE {joined}" if joined else ""


def _one(value: str) -> str:
    """Return an expression of extremes as a value."""
    return f"(SELECT {value} FROM event)"  # noqa: S608  # likewise
