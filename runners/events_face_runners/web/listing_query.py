"""The listing's query string and its cursors."""

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from urllib.parse import parse_qsl, urlencode

import msgspec
from attrs import evolve

from events_face_core.catalogue import (
    EventPlace,
    EventQuery,
    EventStatus,
    Ordering,
)
from events_face_core.kernel import (
    DEFAULT_PAGE,
    LARGEST_PAGE,
    Cursor,
    InvalidInputError,
    has_control_characters,
    in_utc,
)
from events_face_runners.web.cursors import read_cursor, write_cursor
from events_face_runners.web.problems import bad_query
from events_face_runners.web.reading import read_moment

_LONGEST_VALUE = 1000
_PATH = "/api/events"
_MOMENTS = {
    "registration_deadline_from": "deadline_from",
    "registration_deadline_to": "deadline_to",
    "event_time_from": "time_from",
    "event_time_to": "time_to",
}
_KNOWN = frozenset({"q", "name", "status", "ordering", "limit", "cursor", *_MOMENTS})


class _WrittenCursor(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A cursor as it is written: it fits one ordering only."""

    ordering: str
    backwards: bool
    event_time: datetime
    id: str


@lru_cache(maxsize=1024)
def parse_listing_query(query_string: str) -> EventQuery:
    """Return the canonical question of a raw query string. Unknown parameters are ignored.

    Remembered, because the same few questions are asked over and over.

    Raises:
        ProblemError: 400, a parameter breaks its rule.
    """
    values = _values(query_string)
    ordering = _ordering(values.get("ordering", []))
    moments = {
        name: read_moment(parameter, values[parameter][-1])
        for parameter, name in _MOMENTS.items()
        if parameter in values
    }
    try:
        return EventQuery(
            search=_search(values),
            statuses=_statuses(values.get("status", [])),
            ordering=ordering,
            limit=_limit(values.get("limit", [])),
            cursor=_cursor(values.get("cursor", []), ordering),
            **moments,
        )
    except InvalidInputError as error:
        raise bad_query(error.field, error.message) from error


def page_reference(query: EventQuery, cursor: Cursor[EventPlace] | None) -> str | None:
    """Return the reference to a neighbouring page: same filters, another cursor.

    Relative, so that no proxy in front of us can make it point elsewhere.
    """
    if cursor is None:
        return None
    return reference(evolve(query, cursor=cursor))


def reference(query: EventQuery) -> str:
    """Return the reference of a question: the same for all ways to ask it."""
    pairs = _pairs(query)
    if query.cursor is not None:
        pairs.append(("cursor", _written(query.ordering, query.cursor)))
    return f"{_PATH}?{urlencode(pairs)}"


def _values(query_string: str) -> dict[str, list[str]]:
    values: dict[str, list[str]] = {}
    # What is not UTF-8 becomes lone surrogates: of an unknown parameter nobody cares.
    for name, value in parse_qsl(query_string, keep_blank_values=True, errors="surrogateescape"):
        if name not in _KNOWN:
            continue
        if has_control_characters(value):
            raise bad_query(name, "must be UTF-8 without control characters")
        if len(value) > _LONGEST_VALUE:
            raise bad_query(name, f"must be at most {_LONGEST_VALUE} characters long")
        values.setdefault(name, []).append(value)
    return values


def _search(values: dict[str, list[str]]) -> str | None:
    searches = values.get("q") or values.get("name") or [""]
    return searches[-1].strip() or None


def _statuses(values: Iterable[str]) -> frozenset[EventStatus]:
    names = [name.strip() for value in values for name in value.split(",") if name.strip()]
    try:
        return frozenset(map(EventStatus, names))
    except ValueError as error:
        allowed = ", ".join(status.value for status in EventStatus)
        raise bad_query("status", f"must be one or more of {allowed}") from error


def _ordering(values: list[str]) -> Ordering:
    try:
        return Ordering(values[-1]) if values else Ordering.EVENT_TIME
    except ValueError as error:
        allowed = " or ".join(ordering.value for ordering in Ordering)
        raise bad_query("ordering", f"must be {allowed}") from error


def _limit(values: list[str]) -> int:
    if not values:
        return DEFAULT_PAGE
    if not (values[-1].isascii() and values[-1].isdecimal()):
        raise bad_query("limit", f"must be a number from 1 to {LARGEST_PAGE}")
    return int(values[-1])


def _cursor(values: list[str], ordering: Ordering) -> Cursor[EventPlace] | None:
    if not values:
        return None
    written = read_cursor(values[-1], _WrittenCursor)
    misplaced = written.event_time.tzinfo is None or has_control_characters(written.id)
    if misplaced or written.ordering != ordering.value:
        raise bad_query("cursor", "belongs to another listing")
    return Cursor(
        place=EventPlace(event_time=in_utc(written.event_time), id=written.id),
        backwards=written.backwards,
    )


def _written(ordering: Ordering, cursor: Cursor[EventPlace]) -> str:
    written = _WrittenCursor(
        ordering=ordering.value,
        backwards=cursor.backwards,
        event_time=cursor.place.event_time,
        id=cursor.place.id,
    )
    return write_cursor(written)


def _pairs(query: EventQuery) -> list[tuple[str, str]]:
    pairs = [("status", status) for status in sorted(s.value for s in query.statuses)]
    if query.search is not None:
        pairs.append(("q", query.search))
    for parameter, name in _MOMENTS.items():
        moment: datetime | None = getattr(query, name)
        if moment is not None:
            pairs.append((parameter, moment.isoformat()))
    if query.ordering is not Ordering.EVENT_TIME:
        pairs.append(("ordering", query.ordering.value))
    if query.limit != DEFAULT_PAGE:
        pairs.append(("limit", str(query.limit)))
    return pairs
