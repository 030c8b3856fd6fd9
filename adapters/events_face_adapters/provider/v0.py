"""The first generation of the aggregator's API (January 2025): no keys, no pages, no changes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import msgspec
from attrs import frozen

from events_face_adapters.http import decode_json
from events_face_adapters.provider.wire import (
    EarlyEventWire,
    EventList,
    TicketNumber,
    VisitorWire,
)
from events_face_core.registration import Registration


class VisitorWireV0(VisitorWire, frozen=True, kw_only=True):
    """Who registers; the field ``id`` is wanted, and is always null."""

    id: None = None


class VisitorNumberWire(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to a registration."""

    visitor_id: TicketNumber


@frozen(kw_only=True)
class ProviderV0:
    """``v0``: lists everything at once and cannot take a place back."""

    name: str = "v0"

    def headers(self) -> Mapping[str, str]:
        """Return nothing: everybody may call."""
        return {}

    def listing_query(self, since: date | None) -> str:
        """Return the query of the listing; everything is asked for by leaving the day out."""
        return "" if since is None else f"changed_at={since.isoformat()}"

    def read_listing(self, body: bytes) -> EventList:
        """Read a bare list."""
        return EventList(entries=decode_json(body, list[msgspec.Raw]))

    def read_event(self, entry: msgspec.Raw) -> EarlyEventWire:
        """Read one entry, which need not say when it changed."""
        return decode_json(entry, EarlyEventWire)

    def registration_body(self, registration: Registration) -> bytes:
        """Return the visitor, with an ``id`` of null."""
        visitor = registration.visitor
        return msgspec.json.encode(
            VisitorWireV0(
                first_name=visitor.first_name, last_name=visitor.last_name, email=visitor.email
            )
        )

    def read_ticket(self, body: bytes) -> str:
        """Read ``visitor_id``, which stands for a ticket here."""
        return str(decode_json(body, VisitorNumberWire).visitor_id)

    def unregistration_body(self, ticket_id: str) -> None:  # noqa: ARG002 - the dialects' shape
        """Return nothing: this generation takes no place back."""
        return
