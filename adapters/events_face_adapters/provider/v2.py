"""The current generation of the aggregator's API (2026): API keys, seats, tickets given back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import msgspec
from attrs import field, frozen

from events_face_adapters.http import decode_json
from events_face_adapters.provider.wire import (
    EventList,
    EventWire,
    PageWire,
    TicketWire,
    VisitorWire,
)
from events_face_core.registration import Registration

_BEFORE_EVERYTHING = date(2000, 1, 1)


class VisitorWireV2(VisitorWire, frozen=True, kw_only=True, omit_defaults=True):
    """Who registers, and for which seat, if for a certain one."""

    seat: str | None = None


class UnregisterWire(msgspec.Struct, frozen=True, kw_only=True):
    """Which ticket is given back."""

    ticket_id: str


@frozen(kw_only=True)
class ProviderV2:
    """``v2``: always wants a day to list changes from."""

    token: str = field(repr=False)
    name: str = "v2"

    def headers(self) -> Mapping[str, str]:
        """Return the API key."""
        return {"x-api-key": self.token}

    def listing_query(self, since: date | None) -> str:
        """Return the query of the first page; everything is what changed since 2000."""
        return f"changed_at={(since or _BEFORE_EVERYTHING).isoformat()}"

    def read_listing(self, body: bytes) -> EventList:
        """Read a page."""
        page = decode_json(body, PageWire)
        return EventList(entries=page.results, next=page.next)

    def read_event(self, entry: msgspec.Raw) -> EventWire:
        """Read one entry of a page."""
        return decode_json(entry, EventWire)

    def registration_body(self, registration: Registration) -> bytes:
        """Return the visitor, and the seat where one was asked for."""
        visitor = registration.visitor
        return msgspec.json.encode(
            VisitorWireV2(
                first_name=visitor.first_name,
                last_name=visitor.last_name,
                email=visitor.email,
                seat=registration.seat,
            )
        )

    def read_ticket(self, body: bytes) -> str:
        """Read ``ticket_id``."""
        return str(decode_json(body, TicketWire).ticket_id)

    def unregistration_body(self, ticket_id: str) -> bytes:
        """Return the ticket that is given back."""
        return msgspec.json.encode(UnregisterWire(ticket_id=ticket_id))
