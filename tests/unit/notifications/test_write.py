"""A notification is written down in the transaction of the decision it tells of."""

from collections.abc import Mapping

import pytest

from events_face_core.kernel import StorageUnavailableError
from events_face_core.notifications import (
    Fact,
    Notification,
    NotificationWriter,
    NotificationWritten,
    Occasion,
)
from unit.fakes import NOON, FakeHouse, FakeIds

OCCASION = Occasion(
    reference_id="registration",
    email="ivan@example.com",
    language="ru",
    template="registration-confirmed",
    facts={"first_name": "Иван", "event_time": NOON, "seat": None},
)


class FakeTexts:
    def text(self, template: str, language: str, facts: Mapping[str, Fact]) -> str:
        if template != "registration-confirmed":
            raise LookupError(template)
        return f"{language}: {facts['first_name']}"


async def _write(house: FakeHouse, occasion: Occasion = OCCASION) -> Notification:
    writer = NotificationWriter(texts=FakeTexts(), ids=FakeIds(), clock=house.clock)
    async with house() as tx:
        return await writer.write(tx, occasion)


async def test_an_occasion_is_put_into_words() -> None:
    house = FakeHouse()

    notification = await _write(house)

    assert notification == Notification(
        id="id-1",
        reference_id="registration",
        email="ivan@example.com",
        language="ru",
        template="registration-confirmed",
        message="ru: Иван",
        created_at=NOON,
        sent_at=None,
    )
    assert house.notifications.all == {"id-1": notification}


async def test_a_notification_is_queued_for_delivery() -> None:
    house = FakeHouse()

    await _write(house)

    assert house.messages(NotificationWritten) == [NotificationWritten(notification_id="id-1")]


async def test_a_notification_and_its_message_commit_together() -> None:
    house = FakeHouse()
    house.fail_at = 1

    with pytest.raises(StorageUnavailableError):
        await _write(house)

    assert (house.notifications.all, house.outbox.all) == ({}, {})


async def test_an_unknown_text_writes_nothing() -> None:
    house = FakeHouse()
    unknown = Occasion(reference_id="r", email="e", language="ru", template="none", facts={})

    with pytest.raises(LookupError):
        await _write(house, unknown)

    assert (house.notifications.all, house.outbox.all) == ({}, {})


async def test_what_is_written_once_is_queued_once() -> None:
    house = FakeHouse()
    writer = NotificationWriter(texts=FakeTexts(), ids=FakeIds(), clock=house.clock)

    written = []
    for _ in range(2):
        async with house() as tx:
            written.append(await writer.write_once(tx, OCCASION, "chosen"))

    assert written == [True, False]
    assert list(house.notifications.all) == ["chosen"]
    assert house.messages(NotificationWritten) == [NotificationWritten(notification_id="chosen")]
