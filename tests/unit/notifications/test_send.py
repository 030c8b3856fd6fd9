"""A notification is delivered at least once, under one key."""

from typing import ClassVar

import pytest
from attrs import define, evolve, field, frozen

from events_face_core.kernel import (
    Delivery,
    DependencyUnavailableError,
    Message,
    OutboxState,
    StorageUnavailableError,
    UndeliverableError,
)
from events_face_core.notifications import (
    Notification,
    NotificationRefusedError,
    NotificationWritten,
    SendNotificationHandler,
)
from unit.fakes import NOON, FakeHouse

NOTIFICATION = Notification(
    id="notification",
    reference_id="registration",
    email="ivan@example.com",
    language="ru",
    template="registration-confirmed",
    message="Вы записаны",
    created_at=NOON,
)


@frozen(kw_only=True)
class OtherMessage(Message):
    name: ClassVar[str] = "other"


@define
class FakeNotifier:
    """A notification service that fails as it is told to, and never inside our transaction."""

    house: FakeHouse
    errors: list[Exception] = field(factory=list)
    taken: list[str] = field(factory=list)

    async def send(self, notification: Notification) -> None:
        assert not self.house.turn.locked(), "the notifier is called inside a transaction"
        if self.errors:
            raise self.errors.pop(0)
        self.taken.append(notification.id)


async def _written(house: FakeHouse) -> Delivery:
    """Write the notification and claim its message; these are two transactions."""
    async with house() as tx:
        await tx.notifications.add(NOTIFICATION)
        await tx.publish(NotificationWritten(notification_id="notification"))
    async with house() as tx:
        (claimed,) = await tx.outbox.claim(
            [NotificationWritten.name], limit=1, now=NOON, until=NOON
        )
    return claimed


async def _send(house: FakeHouse, delivery: Delivery, notifier: FakeNotifier) -> Notification:
    handler = SendNotificationHandler(unit_of_work=house, notifier=notifier, clock=house.clock)
    await handler(delivery)
    return house.notifications.all["notification"]


def _stands(house: FakeHouse, delivery: Delivery) -> OutboxState:
    return house.outbox.all[delivery.id].state


async def test_a_notification_that_was_taken_is_sent() -> None:
    house = FakeHouse()
    delivery = await _written(house)
    notifier = FakeNotifier(house)

    notification = await _send(house, delivery, notifier)

    assert (notifier.taken, notification.sent_at) == (["notification"], NOON)
    assert _stands(house, delivery) is OutboxState.DELIVERED


async def test_a_refused_notification_goes_to_the_dead_letters_and_is_not_sent() -> None:
    house = FakeHouse()
    delivery = await _written(house)
    refused = NotificationRefusedError("422: email")

    with pytest.raises(UndeliverableError, match="422: email"):
        await _send(house, delivery, FakeNotifier(house, [refused]))

    assert house.notifications.all["notification"].sent_at is None
    assert _stands(house, delivery) is OutboxState.PENDING


async def test_an_unavailable_notifier_is_tried_again_later() -> None:
    house = FakeHouse()
    delivery = await _written(house)
    busy = DependencyUnavailableError("503", reached=True)

    with pytest.raises(DependencyUnavailableError):
        await _send(house, delivery, FakeNotifier(house, [busy]))

    assert house.notifications.all["notification"].sent_at is None
    assert _stands(house, delivery) is OutboxState.PENDING


async def test_a_crash_after_it_was_taken_sends_it_again_under_the_same_key() -> None:
    house = FakeHouse()
    delivery = await _written(house)
    notifier = FakeNotifier(house)
    house.fail_at = 4  # written, claimed, loaded, sent
    with pytest.raises(StorageUnavailableError):
        await _send(house, delivery, notifier)

    await _send(house, delivery, notifier)

    assert notifier.taken == ["notification", "notification"]
    assert _stands(house, delivery) is OutboxState.DELIVERED


async def test_a_message_that_comes_twice_sends_once() -> None:
    house = FakeHouse()
    delivery = await _written(house)
    notifier = FakeNotifier(house)
    await _send(house, delivery, notifier)
    house.clock.forward(minutes=1)

    notification = await _send(house, delivery, notifier)

    assert (notifier.taken, notification.sent_at) == (["notification"], NOON)


async def test_a_notification_that_does_not_exist_is_for_an_operator() -> None:
    house = FakeHouse()
    delivery = await _written(house)
    house.notifications.all.clear()

    with pytest.raises(UndeliverableError, match="does not exist"):
        await _send(house, delivery, FakeNotifier(house))


async def test_another_message_is_not_for_this_handler() -> None:
    house = FakeHouse()
    delivery = await _written(house)

    with pytest.raises(TypeError, match="other"):
        await _send(house, evolve(delivery, message=OtherMessage()), FakeNotifier(house))


async def test_what_was_erased_is_sent_to_nobody() -> None:
    house = FakeHouse()
    delivery = await _written(house)
    await house.notifications.erase(["registration"])
    notifier = FakeNotifier(house)

    notification = await _send(house, delivery, notifier)

    assert (notifier.taken, notification.sent_at) == ([], None)
    assert _stands(house, delivery) is OutboxState.DELIVERED
