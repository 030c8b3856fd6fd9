"""The ticket of a booking over a real socket, in each of its formats."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
import zxingcpp
from attrs import frozen
from icalendar import Calendar
from PIL import Image
from pypdf import PdfReader

from events_face_core.kernel import Role
from events_face_runners.wiring.settings import Settings
from support.keys import SIGNING_KEY
from support.making import SetClock
from support.people import Person, a_person
from support.problems import problem
from support.service import Answer, Service, running_service
from support.ticketing import START, wish

DAY = timedelta(days=1)


@frozen
class Hall:
    """A service in which Anna has booked two seats."""

    service: Service
    organizer: Person
    anna: Person
    event_id: str
    booking_id: str
    code: str

    async def ticket(
        self, query: str = "", *, accept: str = "*/*", who: Person | None = None
    ) -> Answer:
        headers = {**(who or self.anna).headers, "Accept": accept}
        path = f"/api/bookings/{self.booking_id}/ticket{query}"
        return await self.service.call("GET", path, headers=headers)

    async def cancel_event(self) -> None:
        answer = await self.service.call(
            "POST",
            f"/api/events/{self.event_id}/cancel",
            headers=self.organizer.headers,
            json={"reason": "дождь"},
        )
        assert answer.status == 200, answer


async def _post(service: Service, path: str, person: Person, body: object = None) -> str:
    answer = await service.call("POST", path, headers=person.headers, json=body)
    assert answer.status in {200, 201}, answer
    return str(answer.json()["id"])


@pytest.fixture
async def hall(tmp_path: Path) -> AsyncIterator[Hall]:
    settings = Settings(
        database_url=f"sqlite:///{tmp_path / 'events-face.db'}", auth_signing_key=SIGNING_KEY
    )
    clock = SetClock(START - 30 * DAY)
    async with running_service(settings, clock=clock, background=False) as service:
        organizer = await a_person(service, Role.ORGANIZER)
        anna = await a_person(service, email="anna@example.com")
        await service.call(
            "PATCH", "/api/me", headers=anna.headers, json={"display_name": "Анна Ким"}
        )
        event_id = await _post(service, "/api/events", organizer, wish())
        await _post(service, f"/api/events/{event_id}/publish", organizer)
        body = {"event_id": event_id, "quantity": 2}
        booking_id = await _post(service, "/api/bookings", anna, body)
        shown = await service.call("GET", f"/api/bookings/{booking_id}", headers=anna.headers)
        code = shown.json()["ticket_code"]
        yield Hall(service, organizer, anna, event_id, booking_id, code)


async def test_a_ticket_is_a_page_unless_something_else_is_asked_for(hall: Hall) -> None:
    answer = await hall.ticket()

    text = " ".join(page.extract_text() for page in PdfReader(BytesIO(answer.body)).pages)
    assert (answer.status, answer.headers["Content-Type"]) == (200, "application/pdf")
    assert "Концерты на крыше" in text
    assert "Анна Ким" in text
    assert hall.code in text


async def test_a_ticket_is_a_file_that_no_cache_keeps(hall: Hall) -> None:
    answer = await hall.ticket("?format=ics")

    disposition = f'attachment; filename="ticket-{hall.booking_id}.ics"'
    assert answer.headers["Content-Disposition"] == disposition
    assert answer.headers["Cache-Control"] == "no-store"


async def test_a_ticket_is_an_entry_for_a_calendar(hall: Hall) -> None:
    answer = await hall.ticket(accept="text/calendar")

    (entry,) = Calendar.from_ical(answer.body).walk("VEVENT")
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert entry["UID"] == f"booking-{hall.booking_id}@events-face"
    assert entry.decoded("DTSTART") == START


async def test_a_ticket_is_a_code_that_a_scanner_reads(hall: Hall) -> None:
    answer = await hall.ticket(accept="image/png")

    (code,) = zxingcpp.read_barcodes(Image.open(BytesIO(answer.body)))
    assert (answer.headers["Content-Type"], code.text) == ("image/png", hall.code)


@pytest.mark.parametrize(
    ("query", "accept", "given"),
    [
        ("", "image/png, application/pdf;q=0.9", "image/png"),
        ("", "text/*, application/pdf;q=0.1", "text/calendar; charset=utf-8"),
        ("", "text/html, */*;q=0.8", "application/pdf"),
        ("", "application/pdf;q=0, */*", "text/calendar; charset=utf-8"),
        ("?format=png", "application/pdf", "image/png"),
        ("?format=pdf", "text/html", "application/pdf"),
    ],
)
async def test_a_named_format_wins_over_what_is_accepted_and_that_by_its_weight(
    hall: Hall, query: str, accept: str, given: str
) -> None:
    answer = await hall.ticket(query, accept=accept)

    assert (answer.status, answer.headers["Content-Type"]) == (200, given)


@pytest.mark.parametrize("query", ["?format=html", "?format=", "?format=pdf&format=png"])
async def test_another_format_is_a_bad_query(hall: Hall, query: str) -> None:
    problem(await hall.ticket(query), 400, "invalid-query")


@pytest.mark.parametrize("accept", ["text/html", "application/json", "application/pdf;q=0"])
async def test_what_a_ticket_cannot_be_is_not_acceptable(hall: Hall, accept: str) -> None:
    problem(await hall.ticket(accept=accept), 406, "not-acceptable")


async def test_a_guest_has_to_sign_in(hall: Hall) -> None:
    answer = await hall.service.get(f"/api/bookings/{hall.booking_id}/ticket")

    problem(answer, 401, "unauthenticated")


async def test_somebody_elses_ticket_is_not_found(hall: Hall) -> None:
    boris = await a_person(hall.service)

    problem(await hall.ticket(who=boris), 404, "booking-not-found")


async def test_a_cancelled_booking_has_no_ticket(hall: Hall) -> None:
    await _post(hall.service, f"/api/bookings/{hall.booking_id}/cancel", hall.anna)

    problem(await hall.ticket(), 409, "booking-not-confirmed")


async def test_a_cancelled_event_has_no_tickets_even_before_its_bookings_end(hall: Hall) -> None:
    await hall.cancel_event()

    problem(await hall.ticket(), 409, "booking-not-confirmed")


async def test_the_document_names_the_three_formats(hall: Hall) -> None:
    document = (await hall.service.get("/api/openapi.json")).json()

    content = document["paths"]["/api/bookings/{booking_id}/ticket"]["get"]["responses"]["200"]
    assert set(content["content"]) == {"application/pdf", "text/calendar", "image/png"}
