"""Tickets are made by an extra: without it, one clear error says which."""

import sys
from datetime import UTC, datetime

import pytest

from events_face_core.ticketing import DocumentsUnavailableError, Ticket, TicketFormat
from events_face_runners.wiring.documents import InstalledTicketDocuments

TICKET = Ticket(
    code="code",
    booking_id="booking",
    holder="Анна",
    quantity=1,
    event_name="Концерт",
    event_time=datetime(2026, 1, 31, 19, 30, tzinfo=UTC),
    issued_at=datetime(2026, 1, 5, 12, tzinfo=UTC),
)


async def test_with_the_extra_a_ticket_is_made() -> None:
    document = await InstalledTicketDocuments().render(TICKET, TicketFormat.PDF)

    assert document.startswith(b"%PDF-")


async def test_without_the_extra_the_error_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith("events_face_adapters.tickets")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "segno", None)

    with pytest.raises(DocumentsUnavailableError, match=r"events-face\[tickets\]: segno"):
        await InstalledTicketDocuments().render(TICKET, TicketFormat.PDF)
