"""Whoever booked is reminded a day and an hour before the event: once each."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from attrs import frozen

from events_face_core.kernel import OutboxState, Role
from events_face_core.notifications import NotificationWritten
from events_face_runners.background import run_background
from events_face_runners.background.background import scheduled_tasks
from events_face_runners.wiring.app import open_events_face
from events_face_runners.wiring.settings import Settings
from support.keys import SIGNING_KEY
from support.making import SetClock
from support.people import Person, a_person, signed_in
from support.service import Service, running_service
from support.ticketing import START, wish
from support.waiting import until

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


def _settings(directory: Path) -> Settings:
    url = f"sqlite:///{directory / 'events-face.db'}"
    return Settings(database_url=url, auth_signing_key=SIGNING_KEY)


@frozen
class Hall:
    """A service in which Anna has booked, weeks before the event."""

    service: Service
    clock: SetClock
    organizer: Person
    anna: Person
    event_id: str
    booking_id: str

    async def reminders(self, *moments: datetime) -> list[str]:
        """Remind at some moments; return which texts were written."""
        for moment in moments:
            self.clock.time = moment
            await self.service.app.remind()
        rows = await self.service.app.outbox_reads.rows(OutboxState.PENDING, limit=100)
        written = []
        async with self.service.app.storage() as tx:
            for row in rows:
                if row.name == NotificationWritten.name:
                    notification_id = msgspec.json.decode(row.payload)["notification_id"]
                    found = await tx.notifications.find(notification_id)
                    assert found is not None
                    written.append(found)
        told = [one for one in written if one.template.startswith("reminder")]
        assert {one.email for one in told} <= {"anna@example.com"}
        return [one.template for one in told]

    async def move(self, event_time: datetime) -> None:
        organizer = await signed_in(
            self.service, self.organizer.id, self.organizer.email, Role.ORGANIZER
        )
        answer = await self.service.call(
            "PATCH",
            f"/api/events/{self.event_id}",
            headers={**organizer.headers, "If-Match": "*"},
            json={"event_time": event_time.isoformat()},
        )
        assert answer.status == 200, answer

    async def cancel_booking(self) -> None:
        path = f"/api/bookings/{self.booking_id}/cancel"
        await self.service.call("POST", path, headers=self.anna.headers)


async def _post(service: Service, path: str, person: Person, body: object = None) -> str:
    answer = await service.call("POST", path, headers=person.headers, json=body)
    assert answer.status in {200, 201}, answer
    return str(answer.json()["id"])


@pytest.fixture
async def hall(tmp_path: Path) -> AsyncIterator[Hall]:
    clock = SetClock(START - 30 * DAY)
    async with running_service(_settings(tmp_path), clock=clock, background=False) as service:
        organizer = await a_person(service, Role.ORGANIZER)
        anna = await a_person(service, email="anna@example.com")
        event_id = await _post(service, "/api/events", organizer, wish())
        await _post(service, f"/api/events/{event_id}/publish", organizer)
        booking_id = await _post(service, "/api/bookings", anna, {"event_id": event_id})
        yield Hall(service, clock, organizer, anna, event_id, booking_id)


def _minutely(event_time: datetime) -> list[datetime]:
    """Return some of the moments at which a worker looks."""
    day, hour = event_time - DAY, event_time - HOUR
    minute = timedelta(minutes=1)
    return [day - minute, day, day + minute, day + HOUR, hour - minute, hour, hour + minute]


async def test_a_booking_gets_one_reminder_of_each_kind(hall: Hall) -> None:
    assert await hall.reminders(*_minutely(START)) == ["reminder-day", "reminder-hour"]


async def test_an_event_that_moves_is_reminded_of_anew(hall: Hall) -> None:
    await hall.reminders(START - DAY)

    await hall.move(START + 7 * DAY)

    reminders = await hall.reminders(*_minutely(START), *_minutely(START + 7 * DAY))
    assert reminders == ["reminder-day", "reminder-day", "reminder-hour"]


async def test_a_cancelled_booking_gets_none(hall: Hall) -> None:
    await hall.cancel_booking()

    assert await hall.reminders(*_minutely(START)) == []


async def test_every_process_with_background_work_reminds(tmp_path: Path) -> None:
    async with open_events_face(_settings(tmp_path)) as app:
        assert "reminders" in {task.name for task in scheduled_tasks(app)}


async def test_a_worker_writes_the_reminders_that_are_due(hall: Hall) -> None:
    hall.clock.time = START - DAY
    stop = asyncio.Event()
    running = asyncio.create_task(run_background(hall.service.app, stop))

    async def it_is_written() -> bool:
        return await hall.reminders() == ["reminder-day"]

    try:
        await until(it_is_written)
    finally:
        stop.set()
        await running
