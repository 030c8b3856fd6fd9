"""Query strings of ticketing's lists, and their cursors."""

from collections.abc import Iterable
from datetime import datetime
from enum import Enum
from typing import TypeVar
from urllib.parse import parse_qsl, urlencode

import msgspec
from aiohttp import web
from attrs import frozen

from events_face_core.kernel import (
    DEFAULT_PAGE,
    LARGEST_PAGE,
    Cursor,
    has_control_characters,
    in_utc,
)
from events_face_core.ticketing import Position
from events_face_runners.web.cursors import read_cursor, write_cursor
from events_face_runners.web.problems import bad_query
from events_face_runners.web.reading import read_moment

_LONGEST_VALUE = 1000

Choice = TypeVar("Choice", bound=Enum)


class _WrittenCursor(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A cursor as it is written."""

    backwards: bool
    moment: datetime
    id: str


@frozen
class ListQuery:
    """The parameters of a list that it knows; others are ignored."""

    path: str
    pairs: tuple[tuple[str, str], ...]

    def text(self, name: str, *, longest: int = _LONGEST_VALUE) -> str | None:
        """Return a parameter, if it was sent and holds something."""
        values = [value.strip() for known, value in self.pairs if known == name]
        if values and len(values[-1]) > longest:
            raise bad_query(name, f"must be at most {longest} characters long")
        return (values[-1] or None) if values else None

    def moment(self, name: str) -> datetime | None:
        """Return a time, if one was sent; see ``read_moment``."""
        values = [value for known, value in self.pairs if known == name]
        return read_moment(name, values[-1]) if values else None

    def choices(self, name: str, kind: type[Choice]) -> frozenset[Choice]:
        """Return the values of a parameter that is repeated, or separated by commas."""
        sent = [value for known, value in self.pairs if known == name]
        names = [one.strip() for value in sent for one in value.split(",")]
        try:
            return frozenset(map(kind, names))
        except ValueError as error:
            allowed = ", ".join(one.value for one in kind)
            raise bad_query(name, f"must be one or more of {allowed}") from error

    def limit(self) -> int:
        """Return the size of the page."""
        value = next((value for known, value in reversed(self.pairs) if known == "limit"), None)
        if value is None:
            return DEFAULT_PAGE
        if not (value.isascii() and value.isdecimal() and 1 <= int(value) <= LARGEST_PAGE):
            raise bad_query("limit", f"must be a number from 1 to {LARGEST_PAGE}")
        return int(value)

    def cursor(self) -> Cursor[Position] | None:
        """Return where the page begins, if not at the beginning."""
        value = next((value for known, value in reversed(self.pairs) if known == "cursor"), None)
        if value is None:
            return None
        written = read_cursor(value, _WrittenCursor)
        if written.moment.tzinfo is None or has_control_characters(written.id):
            raise bad_query("cursor", "belongs to another list")
        return Cursor(
            place=Position(moment=in_utc(written.moment), id=written.id),
            backwards=written.backwards,
        )

    def reference(self, cursor: Cursor[Position] | None) -> str | None:
        """Return the reference to a neighbouring page: same filters, another cursor."""
        if cursor is None:
            return None
        written = _WrittenCursor(cursor.backwards, cursor.place.moment, cursor.place.id)
        others = [pair for pair in self.pairs if pair[0] != "cursor"]
        return f"{self.path}?{urlencode([*others, ('cursor', write_cursor(written))])}"


def read_list_query(request: web.Request, known: Iterable[str]) -> ListQuery:
    """Return what a list is asked for.

    Raises:
        ProblemError: 400, a parameter breaks its rule.
    """
    names = {*known, "limit", "cursor"}
    query = request.rel_url.raw_query_string
    pairs = []
    for name, value in parse_qsl(query, keep_blank_values=True, errors="surrogateescape"):
        if name not in names:
            continue
        if has_control_characters(value):
            raise bad_query(name, "must be UTF-8 without control characters")
        if len(value) > _LONGEST_VALUE:
            raise bad_query(name, f"must be at most {_LONGEST_VALUE} characters long")
        pairs.append((name, value))
    return ListQuery(request.path, tuple(pairs))
