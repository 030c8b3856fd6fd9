"""Whoever deletes an account leaves free seats behind, and no address."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from events_face_core.kernel import OutboxState, Role
from events_face_runners.wiring.settings import SQLITE_PREFIX, Settings
from support.keys import SIGNING_KEY
from support.making import SetClock
from support.people import PASSWORD, Person, a_person, signed_in
from support.processes import free_port
from support.records import query
from support.service import Service, running_service
from support.ticketing import START, show, wish

EMAIL = "anna.petrova@example.com"
NAME = "Анна Петрова"


@pytest.fixture
async def hall(tmp_path: Path) -> AsyncIterator[Service]:
    url = f"sqlite:///{tmp_path / 'events-face.db'}"
    # Nobody keeps an audit there: its records wait in the outbox, and are looked at, too.
    settings = Settings(
        database_url=url, auth_signing_key=SIGNING_KEY, audit_address=f"127.0.0.1:{free_port()}"
    )
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


async def _a_busy_person(service: Service, event_id: str) -> Person:
    """Somebody who signed up with an address and a name, and did whatever leaves traces."""
    body = {"email": EMAIL, "password": PASSWORD, "display_name": NAME}
    await service.call(
        "POST", "/api/auth/register", json=body, headers={"Idempotency-Key": "sign-up"}
    )
    wrong = {"email": EMAIL, "password": "not the password"}
    await service.call("POST", "/api/auth/login", json=wrong)
    me = await signed_in(service, "", EMAIL, Role.USER)
    await _post(service, "/api/bookings", me, {"event_id": event_id})
    favorite = {"event_id": event_id}
    await service.call("POST", "/api/favorites", json=favorite, headers=me.headers)
    await _post(service, f"/api/events/{event_id}/comments", me, {"content": "Когда?"})
    await service.call("PATCH", "/api/me", json={"language": "en"}, headers=me.headers)
    await service.call("POST", "/api/auth/password-reset", json={"email": EMAIL})
    await service.app.deliver()
    return me


def _everything(file: Path) -> str:
    with closing(sqlite3.connect(file)) as connection:
        return "\n".join(connection.iterdump())


async def test_no_table_names_a_deleted_account(hall: Service) -> None:
    _, event_id = await _published(hall)
    person = await _a_busy_person(hall, event_id)
    file = Path(hall.app.settings.database_url.removeprefix(SQLITE_PREFIX))
    before = _everything(file)

    await _leave(hall, person)

    after = _everything(file)
    assert all(trace in before for trace in (EMAIL, NAME, "account.login-failed"))
    assert [trace for trace in (EMAIL, NAME) if trace in after] == []
    assert "account.login-failed" in after


async def test_what_a_visitor_with_the_same_address_was_told_is_kept(hall: Service) -> None:
    _, event_id = await _published(hall)
    visitor = {"first_name": "Анна", "last_name": "Ким", "email": "anna@example.com"}
    await hall.register(event_id, visitor)
    anna = await a_person(hall, email="anna@example.com")

    await _leave(hall, anna)

    ((template, email, message),) = await _told(hall)
    assert (template, email) == ("registration-confirmed", "anna@example.com")
    assert "Анна" in message
