"""Making documents without holding up the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import timedelta

from attrs import field, frozen

from events_face_adapters.resilience import Bulkhead
from events_face_adapters.tickets.calendar_entry import calendar_entry
from events_face_adapters.tickets.page import page
from events_face_adapters.tickets.qr_code import qr_code
from events_face_core.ticketing import Ticket, TicketFormat

_RENDERERS: Mapping[TicketFormat, Callable[[Ticket], bytes]] = {
    TicketFormat.PDF: page,
    TicketFormat.CALENDAR: calendar_entry,
    TicketFormat.IMAGE: lambda ticket: qr_code(ticket.code),
}


def _two_at_once() -> Bulkhead:
    return Bulkhead(concurrency=2, patience=timedelta(seconds=5))


@frozen(kw_only=True)
class RenderedTicketDocuments:
    """``TicketDocuments`` in threads, a few at a time.

    Attributes:
        bulkhead: bounds how many are made at once: more threads would only take turns.
    """

    bulkhead: Bulkhead = field(factory=_two_at_once)

    async def render(self, ticket: Ticket, form: TicketFormat) -> bytes:
        """Return a document; see the port."""
        return await self.bulkhead.call(lambda: _in_thread(_RENDERERS[form], ticket))


async def _in_thread(renderer: Callable[[Ticket], bytes], ticket: Ticket) -> bytes:
    """Render, and keep the place until the thread has ended, whoever gave up waiting."""
    rendering = asyncio.ensure_future(asyncio.to_thread(renderer, ticket))
    try:
        return await asyncio.shield(rendering)
    except asyncio.CancelledError:
        await asyncio.wait({rendering})
        raise
