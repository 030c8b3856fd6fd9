"""The contract of the port ``Notifications``."""

from __future__ import annotations

import asyncio

from attrs import evolve

from contract.storage.making import INSTANT, MINUTE, Storage, rolled_back
from events_face_core.notifications import Notification
from unit.fakes import NOON

WRITTEN = Notification(
    id="notification",
    reference_id="registration",
    email="ivan@example.com",
    language="ru",
    template="registration-confirmed",
    message="Здравствуйте, Иван! «Концерт» — 15 января.\nЖдём вас.",
    created_at=NOON + INSTANT,
)


async def _add(storage: Storage, notification: Notification) -> None:
    async with storage() as tx:
        await tx.notifications.add(notification)


async def _find(storage: Storage, notification_id: str = "notification") -> Notification | None:
    async with storage() as tx:
        return await tx.notifications.find(notification_id)


async def test_an_unknown_notification_is_not_found(storage: Storage) -> None:
    assert await _find(storage) is None


async def test_a_notification_is_found_as_it_was_added(storage: Storage) -> None:
    await _add(storage, WRITTEN)

    assert await _find(storage) == WRITTEN


async def test_a_notification_that_was_sent_is_found_as_it_was_added(storage: Storage) -> None:
    sent = evolve(WRITTEN, sent_at=NOON + MINUTE)
    await _add(storage, sent)

    assert await _find(storage) == sent


async def test_a_notification_is_found_as_it_was_saved(storage: Storage) -> None:
    await _add(storage, WRITTEN)
    sent = evolve(WRITTEN, sent_at=NOON + MINUTE)

    async with storage() as tx:
        await tx.notifications.save(sent)

    assert await _find(storage) == sent


async def test_several_notifications_of_one_registration_are_kept_apart(storage: Storage) -> None:
    second = evolve(WRITTEN, id="second", template="registration-cancelled", message="Отменена")
    await _add(storage, WRITTEN)
    await _add(storage, second)

    async with storage() as tx:
        await tx.notifications.save(evolve(second, sent_at=NOON))

    assert await _find(storage) == WRITTEN


async def test_a_notification_of_a_transaction_that_fails_is_not_there(storage: Storage) -> None:
    await rolled_back(storage, lambda tx: tx.notifications.add(WRITTEN))

    assert await _find(storage) is None


async def test_a_change_of_a_transaction_that_fails_is_undone(storage: Storage) -> None:
    await _add(storage, WRITTEN)

    await rolled_back(storage, lambda tx: tx.notifications.save(evolve(WRITTEN, sent_at=NOON)))

    assert await _find(storage) == WRITTEN


async def test_a_loaded_notification_is_locked_against_other_writers(
    storage: Storage, other: Storage
) -> None:
    await _add(storage, WRITTEN)

    async def send_once(sending: Storage) -> bool:
        async with sending() as tx:
            notification = await tx.notifications.find("notification")
            assert notification is not None
            await asyncio.sleep(0)
            await tx.notifications.save(evolve(notification, sent_at=NOON))
        return notification.sent_at is None

    sent = await asyncio.gather(*(send_once(one) for one in (storage, other) * 10))

    assert sent.count(True) == 1


async def test_a_notification_is_added_once(storage: Storage) -> None:
    async with storage() as tx:
        first = await tx.notifications.add_once(WRITTEN)
    async with storage() as tx:
        second = await tx.notifications.add_once(evolve(WRITTEN, message="Другой текст"))

    assert (first, second) == (True, False)
    assert await _find(storage) == WRITTEN


async def test_of_many_who_add_one_notification_at_once_one_does(
    storage: Storage, other: Storage
) -> None:
    async def add_once(adding: Storage) -> bool:
        async with adding() as tx:
            added = await tx.notifications.add_once(WRITTEN)
            await asyncio.sleep(0)
        return added

    added = await asyncio.gather(*(add_once(one) for one in (storage, other) * 10))

    assert added.count(True) == 1


async def test_what_was_added_once_and_rolled_back_can_be_added_again(storage: Storage) -> None:
    await rolled_back(storage, lambda tx: tx.notifications.add_once(WRITTEN))

    async with storage() as tx:
        added = await tx.notifications.add_once(WRITTEN)

    assert added


async def test_of_some_ids_those_that_are_there_are_known(storage: Storage) -> None:
    await _add(storage, WRITTEN)
    await _add(storage, evolve(WRITTEN, id="second"))

    async with storage() as tx:
        known = await tx.notifications.known(["second", "third"])
        of_none = await tx.notifications.known([])
        of_many = await tx.notifications.known([f"id-{number}" for number in range(500)])

    assert (set(known), set(of_none), set(of_many)) == ({"second"}, set(), set())


async def test_what_is_erased_names_nobody_and_stays_known(storage: Storage) -> None:
    await _add(storage, WRITTEN)
    await _add(storage, evolve(WRITTEN, id="sent", sent_at=NOON))
    await _add(storage, evolve(WRITTEN, id="other", reference_id="other"))

    async with storage() as tx:
        await tx.notifications.erase(["registration", "unknown"])
        await tx.notifications.erase([])

    assert await _find(storage) == evolve(WRITTEN, email="", message="")
    assert await _find(storage, "sent") == evolve(
        WRITTEN, id="sent", email="", message="", sent_at=NOON
    )
    assert await _find(storage, "other") == evolve(WRITTEN, id="other", reference_id="other")


async def test_what_was_erased_and_rolled_back_is_as_it_was(storage: Storage) -> None:
    await _add(storage, WRITTEN)

    await rolled_back(storage, lambda tx: tx.notifications.erase(["registration"]))

    assert await _find(storage) == WRITTEN


async def test_who_took_a_notification_to_send_it_does_not_write_back_what_was_erased(
    storage: Storage,
) -> None:
    await _add(storage, WRITTEN)
    async with storage() as tx:
        taken = await tx.notifications.find("notification")
    assert taken is not None
    async with storage() as tx:
        await tx.notifications.erase(["registration"])

    async with storage() as tx:
        await tx.notifications.save(evolve(taken, sent_at=NOON))

    assert await _find(storage) == evolve(WRITTEN, email="", message="", sent_at=NOON)
