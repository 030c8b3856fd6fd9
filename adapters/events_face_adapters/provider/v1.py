"""The second generation of the aggregator's API (2025): bearer tokens and pages."""

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


@frozen(kw_only=True)
class ProviderV1:
    """``v1``: tells what changed, and cannot take a place back."""

    token: str = field(repr=False)
    name: str = "v1"

    def headers(self) -> Mapping[str, str]:
        """Return the bearer token."""
        return {"Authorization": f"Bearer {self.token}"}

    def listing_query(self, since: date | None) -> str:
        """Return the query of the first page; everything is asked for by leaving the day out."""
        return "" if since is None else f"changed_at={since.isoformat()}"

    def read_listing(self, body: bytes) -> EventList:
        """Read a page."""
        page = decode_json(body, PageWire)
        return EventList(entries=page.results, next=page.next)

    def read_event(self, entry: msgspec.Raw) -> EventWire:
        """Read one entry of a page."""
        return decode_json(entry, EventWire)

    def registration_body(self, registration: Registration) -> bytes:
        """Return the visitor; this generation knows no seats."""
        visitor = registration.visitor
        return msgspec.json.encode(
            VisitorWire(
                first_name=visitor.first_name, last_name=visitor.last_name, email=visitor.email
            )
        )

    def read_ticket(self, body: bytes) -> str:
        """Read ``ticket_id``."""
        return str(decode_json(body, TicketWire).ticket_id)

    def unregistration_body(self, ticket_id: str) -> None:  # noqa: ARG002 - the dialects' shape
        """Return nothing: this generation takes no place back."""
        return
