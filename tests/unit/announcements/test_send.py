"""An announcement is delivered at least once, under one id."""

import json
from datetime import datetime
from typing import ClassVar

import pytest
from attrs import define, field, frozen

from events_face_core.announcements import (
    Announcement,
    AnnouncementWritten,
    SendAnnouncementHandler,
)
from events_face_core.kernel import (
    Delivery,
    DependencyUnavailableError,
    Message,
    OutboxState,
    StorageUnavailableError,
)
from unit.fakes import NOON, FakeHouse

WRITTEN = AnnouncementWritten(
    type="registration.confirmed",
    subject="registration",
    occurred_at="2026-01-15T15:00:00+03:00",
    data=json.dumps({"status": "confirmed", "reason": None}),
)


@frozen(kw_only=True)
class OtherMessage(Message):
    name: ClassVar[str] = "other"


@define
class FakeAnnouncer:
    """Takes announcements, or fails as it is told to, and never inside our transaction."""

    house: FakeHouse
    errors: list[Exception] = field(factory=list)
    taken: list[Announcement] = field(factory=list)

    async def announce(self, announcement: Announcement) -> None:
        assert not self.house.turn.locked(), "other systems are told inside a transaction"
        if self.errors:
            raise self.errors.pop(0)
        self.taken.append(announcement)


async def _claimed(house: FakeHouse, message: Message = WRITTEN) -> Delivery:
    async with house() as tx:
        await tx.publish(message)
    async with house() as tx:
        (delivery,) = await tx.outbox.claim([message.name], limit=1, now=NOON, until=NOON)
    return delivery


def _send(house: FakeHouse, announcer: FakeAnnouncer) -> SendAnnouncementHandler:
    return SendAnnouncementHandler(
        unit_of_work=house, announcer=announcer, clock=house.clock, source="/events-face/test"
    )


async def test_what_was_written_is_told_under_the_id_of_its_row() -> None:
    house = FakeHouse()
    announcer = FakeAnnouncer(house)
    delivery = await _claimed(house)

    await _send(house, announcer)(delivery)

    assert announcer.taken == [
        Announcement(
            id=delivery.id,
            source="/events-face/test",
            type="registration.confirmed",
            subject="registration",
            occurred_at=datetime.fromisoformat("2026-01-15T12:00:00Z"),
            data={"status": "confirmed", "reason": None},
        )
    ]
    assert house.outbox.all[delivery.id].state is OutboxState.DELIVERED


async def test_what_could_not_be_told_stays_to_be_told() -> None:
    house = FakeHouse()
    announcer = FakeAnnouncer(house, [DependencyUnavailableError("away", reached=True)])
    delivery = await _claimed(house)

    with pytest.raises(DependencyUnavailableError):
        await _send(house, announcer)(delivery)

    assert house.outbox.all[delivery.id].state is OutboxState.PENDING


async def test_what_is_told_twice_is_told_under_one_id() -> None:
    house = FakeHouse()
    announcer = FakeAnnouncer(house)
    delivery = await _claimed(house)
    house.fail_at = 3  # the completion

    with pytest.raises(StorageUnavailableError):
        await _send(house, announcer)(delivery)
    await _send(house, announcer)(delivery)

    first, second = announcer.taken
    assert first == second


async def test_another_message_is_not_for_this_handler() -> None:
    house = FakeHouse()
    delivery = await _claimed(house, OtherMessage())

    with pytest.raises(TypeError, match="other"):
        await _send(house, FakeAnnouncer(house))(delivery)


def test_announcements_of_one_subject_keep_their_order() -> None:
    assert WRITTEN.key == "registration"
