"""The query strings of lists that are paged by time: limit, cursor, and links to neighbours."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Annotated
from urllib.parse import parse_qsl, urlencode

import msgspec
from aiohttp import web
from attrs import frozen
from msgspec import Meta

from events_face_core.engagement import Position, Window
from events_face_core.kernel import (
    DEFAULT_PAGE,
    LARGEST_PAGE,
    Cursor,
    has_control_characters,
)
from events_face_runners.web.cursors import read_cursor, write_cursor
from events_face_runners.web.problems import bad_query

_LONGEST_VALUE = 1000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_LAST = (datetime.max.replace(tzinfo=UTC) - _EPOCH) // _MICROSECOND
_LARGEST_COUNT = 2**31 - 1


class _WrittenCursor(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A cursor as it is written: it fits one list and order only."""

    listing: str
    backwards: bool
    microseconds: Annotated[int, Meta(ge=0, le=_LAST)]
    id: str
    helpful_count: Annotated[int, Meta(ge=0, le=_LARGEST_COUNT)]


@frozen(kw_only=True)
class AskedPage:
    """A page as it was asked for, and how to ask for its neighbours.

    Attributes:
        path: of the list.
        listing: names the list and its order; a cursor of another does not fit.
        filters: the other parameters, which neighbours carry on.
    """

    path: str
    listing: str
    window: Window
    filters: Mapping[str, str]

    def reference(self, cursor: Cursor[Position] | None) -> str | None:
        """Return the relative reference to a neighbour, if there is one."""
        if cursor is None:
            return None
        limit = {} if self.window.limit == DEFAULT_PAGE else {"limit": self.window.limit}
        written = _written(self.listing, cursor)
        return f"{self.path}?{urlencode({**self.filters, **limit, 'cursor': written})}"


def read_page(
    request: web.Request,
    path: str,
    listing: str,
    filters: Mapping[str, str] | None = None,
) -> AskedPage:
    """Return which page of a list is asked for.

    Raises:
        ProblemError: 400, the limit or the cursor break their rules.
    """
    values = read_values(request, "limit", "cursor")
    window = Window(limit=_limit(values), cursor=_cursor(values, listing))
    return AskedPage(path=path, listing=listing, window=window, filters=filters or {})


def read_values(request: web.Request, *known: str) -> dict[str, str]:
    """Return the parameters that are known; of one that is repeated, the last.

    Raises:
        ProblemError: 400, one of them is too long or no text.
    """
    query = request.rel_url.raw_query_string
    values: dict[str, str] = {}
    for name, value in parse_qsl(query, keep_blank_values=True, errors="surrogateescape"):
        if name not in known:
            continue
        if has_control_characters(value):
            raise bad_query(name, "must be UTF-8 without control characters")
        if len(value) > _LONGEST_VALUE:
            raise bad_query(name, f"must be at most {_LONGEST_VALUE} characters long")
        values[name] = value
    return values


def _limit(values: Mapping[str, str]) -> int:
    written = values.get("limit", str(DEFAULT_PAGE))
    if not (written.isascii() and written.isdecimal() and 1 <= int(written) <= LARGEST_PAGE):
        raise bad_query("limit", f"must be a number from 1 to {LARGEST_PAGE}")
    return int(written)


def _cursor(values: Mapping[str, str], listing: str) -> Cursor[Position] | None:
    if "cursor" not in values:
        return None
    written = read_cursor(values["cursor"], _WrittenCursor)
    if written.listing != listing or has_control_characters(written.id):
        raise bad_query("cursor", "belongs to another listing")
    position = Position(
        created_at=_EPOCH + written.microseconds * _MICROSECOND,
        id=written.id,
        helpful_count=written.helpful_count,
    )
    return Cursor(place=position, backwards=written.backwards)


def _written(listing: str, cursor: Cursor[Position]) -> str:
    written = _WrittenCursor(
        listing=listing,
        backwards=cursor.backwards,
        microseconds=(cursor.place.created_at - _EPOCH) // _MICROSECOND,
        id=cursor.place.id,
        helpful_count=cursor.place.helpful_count,
    )
    return write_cursor(written)
