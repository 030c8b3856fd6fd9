"""Whoever deletes an account leaves free seats behind, and no address."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from events_face_core.kernel import OutboxState, Role
from events_face_runners.wiring.settings import Settings
from support.keys import SIGNING_KEY
from support.making import SetClock
from support.people import Person, a_person
from support.records import query
from support.service import Service, running_service
from support.ticketing import START, show, wish


@pytest.fixture
async def hall(tmp_path: Path) -> AsyncIterator[Service]:
    url = f"sqlite:///{tmp_path / 'events-face.db'}"
    settings = Settings(database_url=url, auth_signing_key=SIGNING_KEY)
    clock = SetClock(START - timedelta(days=30))
    async with running_service(settings, clock=clock, background=False) as service:
        yield service


async def _post(service: Service, path: str, person: Person, body: object = None) -> str:
    answer = await service.call("POST", path, headers=person.headers, json=body)
    assert answer.status in {200, 201}, answer
    return str(answer.json()["id"])


async def _published(service: Service) -> tuple[Person, str]:
    organizer = await a_person(service, Role.ORGANIZER)
    event_id = await _post(service, "/api/events", organizer, wish())
    await _post(service, f"/api/events/{event_id}/publish", organizer)
    return organizer, event_id


async def _leave(service: Service, person: Person) -> None:
    answer = await service.call("DELETE", "/api/me", headers=person.headers)
    assert answer.status == 204, answer
    await service.app.deliver()


async def _told(service: Service) -> set[tuple[str, str, str]]:
    """Return what stands on record of all that was told: the text's name, whom, and what."""
    (rows,) = await query(
        service.app.settings.database_url, "SELECT template, email, message FROM notification"
    )
    return {(row[0], row[1], row[2]) for row in rows}


async def test_the_seats_of_a_deleted_account_are_free(hall: Service) -> None:
    organizer, event_id = await _published(hall)
    anna = await a_person(hall)
    booking_id = await _post(hall, "/api/bookings", anna, {"event_id": event_id, "quantity": 2})

    await _leave(hall, anna)

    assert (await show(hall, event_id))["available_seats"] == 2
    shown = await hall.call("GET", f"/api/bookings/{booking_id}", headers=organizer.headers)
    assert shown.json()["status"] == "cancelled"


async def test_what_a_deleted_account_was_told_names_nobody(hall: Service) -> None:
    _, event_id = await _published(hall)
    anna = await a_person(hall, email="anna@example.com")
    await _post(hall, "/api/bookings", anna, {"event_id": event_id})
    await hall.call("POST", "/api/auth/password-reset", json={"email": anna.email})
    await hall.app.deliver()

    await _leave(hall, anna)

    assert await _told(hall) == {("booking-confirmed", "", ""), ("password-reset", "", "")}
    assert await hall.app.outbox_reads.rows(OutboxState.DEAD, limit=10) == []


async def test_what_a_visitor_with_the_same_address_was_told_is_kept(hall: Service) -> None:
    _, event_id = await _published(hall)
    visitor = {"first_name": "Анна", "last_name": "Ким", "email": "anna@example.com"}
    await hall.register(event_id, visitor)
    anna = await a_person(hall, email="anna@example.com")

    await _leave(hall, anna)

    ((template, email, message),) = await _told(hall)
    assert (template, email) == ("registration-confirmed", "anna@example.com")
    assert "Анна" in message
