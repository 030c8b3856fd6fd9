"""Tickets are made by an extra: without it, one clear error says which."""

import sys
import threading
from collections.abc import Sequence
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


class _Watch:
    """Sees from which thread tickets are loaded."""

    def __init__(self) -> None:
        self.threads: set[threading.Thread] = set()

    def find_spec(self, name: str, path: Sequence[str] | None, target: object = None) -> None:
        if name == "events_face_adapters.tickets":
            self.threads.add(threading.current_thread())


async def test_the_extra_is_loaded_beside_the_event_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    _forget_tickets(monkeypatch)
    watch = _Watch()
    monkeypatch.setattr(sys, "meta_path", [watch, *sys.meta_path])

    await InstalledTicketDocuments().render(TICKET, TicketFormat.IMAGE)

    assert len(watch.threads) == 1
    assert threading.current_thread() not in watch.threads


async def test_without_the_extra_the_error_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    _forget_tickets(monkeypatch)
    monkeypatch.setitem(sys.modules, "segno", None)

    with pytest.raises(DocumentsUnavailableError, match=r"events-face\[tickets\]: segno"):
        await InstalledTicketDocuments().render(TICKET, TicketFormat.PDF)


def _forget_tickets(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith("events_face_adapters.tickets")]:
        monkeypatch.delitem(sys.modules, name)
