"""The contract of the port ``Outbox``: what has one key is delivered in its order."""

from __future__ import annotations

import asyncio
from typing import ClassVar

from attrs import evolve, frozen

from contract.storage.making import (
    HOUR,
    MESSAGES,
    OpenStorage,
    Storage,
    accepted,
    announced,
    claim,
    claim_one,
    publish,
    rolled_back,
)
from contract.storage.outbox_acts import Stranger, bury, complete, retry
from events_face_core.announcements import AnnouncementWritten
from events_face_core.kernel import Delivery
from unit.fakes import NOON


@frozen(kw_only=True)
class Keyed(Stranger):
    """A message of another name that shares its keys with announcements."""

    name: ClassVar[str] = "keyed"

    @property
    def key(self) -> str:
        return self.text


def place(delivery: Delivery) -> tuple[str, int]:
    """Return the key of an announcement, and its number."""
    message = delivery.message
    assert isinstance(message, AnnouncementWritten)
    return message.subject, int(message.data)


async def test_of_one_key_only_the_oldest_is_claimed(storage: Storage) -> None:
    await publish(storage, *(announced("a", n) for n in range(3)), announced("b", 0))

    claimed = await claim(storage)

    assert {place(delivery) for delivery in claimed} == {("a", 0), ("b", 0)}


async def test_a_claimed_row_holds_up_those_behind_it_until_it_is_done(
    storage: Storage, other: Storage
) -> None:
    await publish(storage, announced("a", 0), announced("a", 1))
    first = await claim_one(storage)

    meanwhile = await claim(other)
    await complete(storage, first.id)
    afterwards = await claim(other)

    assert (list(meanwhile), [place(one) for one in afterwards]) == ([], [("a", 1)])


async def test_a_row_that_waits_for_its_retry_holds_up_those_behind_it(storage: Storage) -> None:
    await publish(storage, announced("a", 0), announced("a", 1))
    first = await claim_one(storage)
    await retry(storage, first.id, not_before=NOON + HOUR)

    assert list(await claim(storage)) == []
    assert place(await claim_one(storage, now=NOON + HOUR)) == ("a", 0)


async def test_a_row_that_is_held_back_holds_up_those_behind_it(storage: Storage) -> None:
    await publish(storage, announced("a", 0), not_before=NOON + HOUR)
    await publish(storage, announced("a", 1))

    assert list(await claim(storage)) == []


async def test_a_row_of_a_key_waits_for_an_older_one_of_another_name(
    open_storage: OpenStorage,
) -> None:
    messages = evolve(
        MESSAGES,
        types=(*MESSAGES.types, Keyed),
        delivered=MESSAGES.delivered | {Keyed.name},
    )
    async with open_storage(messages) as storage:
        await publish(storage, Keyed(text="a"), announced("a", 1))

        assert list(await claim(storage, AnnouncementWritten.name)) == []


async def test_a_row_in_the_dead_letters_holds_nobody_up(storage: Storage) -> None:
    await publish(storage, announced("a", 0), announced("a", 1))
    first = await claim_one(storage)
    await bury(storage, first.id)

    assert place(await claim_one(storage)) == ("a", 1)


async def test_a_lease_that_ends_brings_the_same_row_again(storage: Storage) -> None:
    await publish(storage, announced("a", 0), announced("a", 1))
    await claim(storage)

    assert place(await claim_one(storage, now=NOON + HOUR)) == ("a", 0)


async def test_the_order_of_a_key_is_that_of_publishing_whatever_the_clock_says(
    storage: Storage, open_storage: OpenStorage
) -> None:
    for number in range(5):
        await publish(storage, announced("a", number))
        open_storage.clock.forward(hours=-1)

    order = []
    for _ in range(5):
        delivery = await claim_one(storage)
        order.append(place(delivery))
        await complete(storage, delivery.id)

    assert order == [("a", number) for number in range(5)]


async def test_what_has_no_key_waits_for_nobody(storage: Storage) -> None:
    await publish(storage, *(accepted() for _ in range(3)))

    assert len(await claim(storage)) == 3


async def test_a_publish_that_is_rolled_back_holds_nobody_up(storage: Storage) -> None:
    await rolled_back(storage, lambda tx: tx.publish(announced("a", 0)))
    await publish(storage, announced("a", 1))

    assert place(await claim_one(storage)) == ("a", 1)


async def test_workers_at_once_keep_the_order_of_every_key(
    storage: Storage, other: Storage
) -> None:
    keys, numbers = [f"k{n}" for n in range(5)], range(6)
    for number in numbers:
        await publish(storage, *(announced(key, number) for key in keys))
    seen: dict[str, list[int]] = {key: [] for key in keys}

    async def work(one: Storage) -> None:
        while sum(map(len, seen.values())) < len(keys) * len(numbers):
            for delivery in await claim(one, limit=3):
                await asyncio.sleep(0)
                key, number = place(delivery)
                seen[key].append(number)
                await complete(one, delivery.id)

    await asyncio.gather(*(work(one) for one in (storage, other) * 3))

    assert seen == {key: list(numbers) for key in keys}
