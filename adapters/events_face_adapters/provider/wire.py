"""The shapes of the aggregator's contract that more than one dialect shares.

Fields that we do not know are ignored: the aggregator may add some.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import msgspec
from attrs import frozen

# PostgreSQL cannot store the character NUL.
_NO_NUL = r"\A[^\x00]*\Z"

Identifier = Annotated[str, msgspec.Meta(min_length=1, max_length=200, pattern=_NO_NUL)]
Text = Annotated[str, msgspec.Meta(max_length=1000, pattern=_NO_NUL)]
Moment = Annotated[datetime, msgspec.Meta(tz=True)]
Count = Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)]
TicketNumber = Annotated[str, msgspec.Meta(min_length=1, max_length=500, pattern=_NO_NUL)] | int


class PlaceWire(msgspec.Struct, frozen=True, kw_only=True):
    """Where an event takes place; ``v1`` sends no city and no address."""

    id: Identifier
    name: Text
    city: Text | None = None
    address: Text | None = None


class EarlyEventWire(msgspec.Struct, frozen=True, kw_only=True):
    """An event of ``v0``, which need not say when it changed."""

    id: Identifier
    name: Text
    status: str
    event_time: Moment
    registration_deadline: Moment
    place: PlaceWire | None = None
    number_of_visitors: Count | None = None
    changed_at: Moment | None = None


class EventWire(EarlyEventWire, frozen=True, kw_only=True):
    """An event of ``v1`` and ``v2``."""

    changed_at: Moment


class PageWire(msgspec.Struct, frozen=True, kw_only=True):
    """A page of ``v1`` and ``v2``; its entries are read one by one."""

    results: list[msgspec.Raw]
    next: str | None = None


class TicketWire(msgspec.Struct, frozen=True, kw_only=True):
    """The answer of ``v1`` and ``v2`` to a registration."""

    ticket_id: TicketNumber


class VisitorWire(msgspec.Struct, frozen=True, kw_only=True):
    """Who registers, as ``v1`` wants it."""

    first_name: str
    last_name: str
    email: str


@frozen(kw_only=True)
class EventList:
    """A listing as it came.

    Attributes:
        entries: undecoded, in the order of the aggregator.
        next: the URL of the next page, or nothing.
    """

    entries: Sequence[msgspec.Raw]
    next: str | None = None
