"""Engagement learns from ticketing who attended, and whose an event is."""

from datetime import datetime, timedelta
from enum import Enum

import pytest
from attrs import evolve, field, frozen

from events_face_core.processes import (
    BookedAttendance,
    OrganizedEvents,
)
from unit.fakes import NOON, FakeClock

HOUR = timedelta(hours=1)


class Status(Enum):
    PUBLISHED = "published"
    COMPLETED = "completed"
    PENDING = "pending"
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"


@frozen
class ABooking:
    status: Status = Status.CONFIRMED


@frozen
class AnEvent:
    event_time: datetime = NOON - 2 * HOUR
    end_time: datetime | None = NOON
    organizer_id: str = "owner"
    status: Status = Status.PUBLISHED


@frozen
class FakeEvents:
    event: AnEvent = field(factory=AnEvent)

    async def find(self, event_id: str) -> AnEvent | None:
        return self.event if event_id == "event" else None


@frozen
class FakeBookings:
    booking: ABooking = field(factory=ABooking)

    async def find_active(self, event_id: str, user_id: str) -> ABooking | None:
        return self.booking if (event_id, user_id) == ("event", "anna") else None


async def _attended(
    event: AnEvent | None = None,
    booking: ABooking | None = None,
    *,
    user_id: str = "anna",
    event_id: str = "event",
) -> bool:
    attendance = BookedAttendance(
        bookings=FakeBookings(booking or ABooking()),
        own_events=FakeEvents(event or AnEvent()),
        clock=FakeClock(),
    )
    return await attendance.attended(user_id, event_id)


@pytest.mark.parametrize("status", [Status.PUBLISHED, Status.COMPLETED])
async def test_who_had_a_confirmed_booking_when_the_event_ended_attended(status: Status) -> None:
    assert await _attended(AnEvent(status=status))


async def test_nobody_attended_before_the_end() -> None:
    assert not await _attended(AnEvent(end_time=NOON + timedelta(microseconds=1)))


@pytest.mark.parametrize(("begins", "over"), [(NOON - HOUR, True), (NOON + HOUR, False)])
async def test_without_an_end_the_beginning_counts(begins: datetime, *, over: bool) -> None:
    assert await _attended(AnEvent(event_time=begins, end_time=None)) is over


async def test_nobody_attended_what_was_cancelled() -> None:
    assert not await _attended(AnEvent(status=Status.CANCELLED))


async def test_a_booking_that_is_not_confirmed_does_not_count() -> None:
    assert not await _attended(booking=ABooking(status=Status.PENDING))


async def test_who_booked_nothing_did_not_attend() -> None:
    assert not await _attended(user_id="boris")


async def test_nobody_attended_an_event_that_is_not_our_own() -> None:
    assert not await _attended(event_id="mirrored")


async def test_an_event_of_our_own_has_an_organiser() -> None:
    assert await OrganizedEvents(FakeEvents()).organizer_of("event") == "owner"


async def test_another_has_none() -> None:
    owned = OrganizedEvents(FakeEvents(evolve(AnEvent(), organizer_id="other")))

    assert await owned.organizer_of("mirrored") is None
