"""A day and an hour before an event, whoever holds a booking is reminded: once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import pytest
from attrs import define, evolve, field

from events_face_core.kernel import StorageUnavailableError
from events_face_core.notifications import (
    Fact,
    Notification,
    NotificationWriter,
    NotificationWritten,
)
from events_face_core.processes import RemindHolders, UpcomingHolder
from unit.fakes import NOON, FakeHouse, FakeIds

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
HOLDER = UpcomingHolder(
    booking_id="b-001",
    email="anna@example.com",
    language="ru",
    display_name="Анна",
    event_name="Концерт",
    event_time=NOON + DAY,
    quantity=2,
    ticket_code="code",
    booked_at=NOON - 7 * DAY,
)


class FakeTexts:
    def text(self, template: str, language: str, facts: Mapping[str, Fact]) -> str:
        return f"{template} {language} {facts['display_name']} {facts['quantity']}"


@define
class FakeHolders:
    all: list[UpcomingHolder] = field(factory=list)
    asked: int = 0

    async def due(
        self, start: datetime, end: datetime, *, after: str, limit: int
    ) -> Sequence[UpcomingHolder]:
        self.asked += 1
        near = [h for h in self.all if start < h.event_time <= end and h.booking_id > after]
        return sorted(near, key=lambda h: h.booking_id)[:limit]


@define
class Stage:
    house: FakeHouse = field(factory=FakeHouse)
    holders: FakeHolders = field(factory=FakeHolders)

    async def remind(self) -> int:
        writer = NotificationWriter(texts=FakeTexts(), ids=FakeIds(), clock=self.house.clock)
        remind = RemindHolders(
            holders=self.holders,
            unit_of_work=self.house,
            writer=writer,
            clock=self.house.clock,
        )
        return await remind()

    @property
    def written(self) -> list[Notification]:
        return list(self.house.notifications.all.values())

    @property
    def templates(self) -> list[str]:
        return [one.template for one in self.written]


def _stage(*holders: UpcomingHolder) -> Stage:
    return Stage(holders=FakeHolders(list(holders)))


async def test_a_day_before_an_event_its_holder_is_reminded() -> None:
    stage = _stage(HOLDER)

    await stage.remind()

    [reminder] = stage.written
    assert (reminder.template, reminder.reference_id, reminder.email) == (
        "reminder-day",
        "b-001",
        "anna@example.com",
    )
    assert reminder.message == "reminder-day ru Анна 2"


async def test_an_hour_before_an_event_its_holder_is_reminded() -> None:
    stage = _stage(evolve(HOLDER, event_time=NOON + HOUR))

    await stage.remind()

    assert stage.templates == ["reminder-hour"]


@pytest.mark.parametrize(
    "ahead", [DAY + MINUTE, DAY - 6 * HOUR, 2 * HOUR, HOUR + MINUTE, 20 * MINUTE, -MINUTE]
)
async def test_at_other_times_nobody_is_reminded(ahead: timedelta) -> None:
    stage = _stage(evolve(HOLDER, event_time=NOON + ahead))

    written = await stage.remind()

    assert (written, stage.written) == (0, [])


@pytest.mark.parametrize(
    ("ahead", "template"), [(DAY - 5 * HOUR, "reminder-day"), (30 * MINUTE, "reminder-hour")]
)
async def test_a_reminder_that_nobody_could_write_on_time_is_written_a_little_late(
    ahead: timedelta, template: str
) -> None:
    stage = _stage(evolve(HOLDER, event_time=NOON + ahead))

    await stage.remind()

    assert stage.templates == [template]


async def test_a_reminder_is_queued_for_delivery() -> None:
    stage = _stage(HOLDER)

    await stage.remind()

    [reminder] = stage.written
    assert stage.house.messages(NotificationWritten) == [
        NotificationWritten(notification_id=reminder.id)
    ]


async def test_whoever_is_reminded_is_not_reminded_again() -> None:
    stage = _stage(HOLDER)

    counts = [await stage.remind() for _ in range(3)]

    assert counts == [1, 0, 0]
    assert len(stage.house.messages(NotificationWritten)) == 1


async def test_both_reminders_of_one_booking_are_written_in_their_time() -> None:
    stage = _stage(HOLDER)

    await stage.remind()
    stage.house.clock.forward(hours=23)
    await stage.remind()

    assert stage.templates == ["reminder-day", "reminder-hour"]


async def test_of_an_event_that_is_moved_its_holder_is_reminded_anew() -> None:
    stage = _stage(HOLDER)
    await stage.remind()

    stage.holders.all = [evolve(HOLDER, event_time=HOLDER.event_time + DAY)]
    stage.house.clock.forward(days=1)
    await stage.remind()

    assert stage.templates == ["reminder-day", "reminder-day"]


async def test_a_booking_that_is_cancelled_is_not_reminded_of() -> None:
    stage = _stage(HOLDER)
    await stage.remind()

    stage.holders.all = []
    stage.house.clock.forward(hours=23)
    await stage.remind()

    assert stage.templates == ["reminder-day"]


@pytest.mark.parametrize("booked_at", [NOON, NOON - MINUTE])
async def test_who_booked_when_a_reminder_was_due_already_gets_none(booked_at: datetime) -> None:
    late = evolve(HOLDER, booked_at=booked_at, event_time=NOON + DAY - HOUR)
    stage = _stage(late)

    await stage.remind()

    assert stage.written == []


async def test_many_holders_are_reminded_in_batches() -> None:
    stage = _stage(*(evolve(HOLDER, booking_id=f"b-{n:04}") for n in range(201)))

    written = await stage.remind()

    assert (written, len(stage.written), stage.house.transactions) == (201, 201, 3)


async def test_what_fails_in_between_is_taken_up_where_it_broke() -> None:
    stage = _stage(*(evolve(HOLDER, booking_id=f"b-{n:04}") for n in range(120)))
    stage.house.fail_at = 2

    with pytest.raises(StorageUnavailableError):
        await stage.remind()
    broken = len(stage.written)
    written = await stage.remind()

    assert (broken, written, len(stage.written)) == (100, 20, 120)


async def test_where_nobody_is_to_be_reminded_no_transaction_is_opened() -> None:
    stage = _stage()

    await stage.remind()

    assert stage.house.transactions == 0
