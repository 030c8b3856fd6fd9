"""Keyset paging: a page, and the places in a total order where its neighbours begin."""

from __future__ import annotations

from typing import Generic, TypeVar

from attrs import field, frozen, validators

from events_face_core.kernel.errors import InvalidInputError

Item = TypeVar("Item")
Place = TypeVar("Place")

LARGEST_PAGE = 100
DEFAULT_PAGE = 20


def check_limit(limit: int) -> int:
    """Return the page size, or raise ``InvalidInputError`` outside 1 to 100."""
    if not 1 <= limit <= LARGEST_PAGE:
        raise InvalidInputError("limit", f"must be from 1 to {LARGEST_PAGE}")
    return limit


@frozen(kw_only=True)
class Cursor(Generic[Place]):
    """Where a page begins: just past ``place``, forwards or backwards in the asked-for order."""

    place: Place
    backwards: bool = field(default=False, validator=validators.instance_of(bool))


@frozen(kw_only=True)
class Page(Generic[Item, Place]):
    """Some items in order, and the cursors of the pages around them (none at an end)."""

    items: tuple[Item, ...]
    next: Cursor[Place] | None
    previous: Cursor[Place] | None
