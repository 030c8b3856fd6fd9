"""The contract of the ports ``Outbox`` and ``OutboxReads``: what becomes of a row."""

from __future__ import annotations

import asyncio
import json

from contract.storage.making import (
    DAY,
    HOUR,
    INSTANT,
    MINUTE,
    SECOND,
    OpenStorage,
    Storage,
    accepted,
    claim,
    claim_one,
    only_row,
    publish,
    rolled_back,
    rows,
    written,
)
from contract.storage.outbox_acts import (
    DEAD,
    DELIVERED,
    PENDING,
    bury,
    claimed_row,
    complete,
    prune,
    retry,
    revive,
)
from events_face_core.kernel import OutboxState
from events_face_core.notifications import NotificationWritten
from events_face_core.registration import RegistrationAccepted
from unit.fakes import NOON


async def test_a_completed_row_is_delivered_and_never_claimed_again(storage: Storage) -> None:
    row_id = await claimed_row(storage)
    await complete(storage, row_id)

    assert (await only_row(storage)).state is DELIVERED
    assert list(await claim(storage, now=NOON + 365 * DAY)) == []


async def test_of_two_who_complete_a_row_at_once_the_first_alone_did(
    storage: Storage, other: Storage
) -> None:
    row_id = await claimed_row(storage)

    async def complete_by(one: Storage) -> bool:
        async with one() as tx:
            return await tx.outbox.complete(row_id, now=NOON)

    done = await asyncio.gather(*(complete_by(one) for one in (storage, other) * 3))

    assert sum(done) == 1


async def test_completing_twice_changes_nothing(storage: Storage) -> None:
    row_id = await claimed_row(storage)
    await complete(storage, row_id, now=NOON)
    before = await only_row(storage)
    await complete(storage, row_id, now=NOON + DAY)

    assert await only_row(storage) == before
    assert await prune(storage, before=NOON + INSTANT) == 1


async def test_completing_an_error_away_clears_it(storage: Storage) -> None:
    row_id = await claimed_row(storage)
    await retry(storage, row_id, error="no connection")
    await complete(storage, row_id)

    assert (await only_row(storage)).error == ""


async def test_a_completion_that_is_rolled_back_leaves_the_row_claimed(storage: Storage) -> None:
    row_id = await claimed_row(storage)

    await rolled_back(storage, lambda tx: tx.outbox.complete(row_id, now=NOON))

    assert (await only_row(storage)).state is PENDING
    assert len(await claim(storage, now=NOON + MINUTE)) == 1


async def test_a_row_that_is_given_back_is_due_when_it_says(storage: Storage) -> None:
    row_id = await claimed_row(storage)
    await retry(storage, row_id, not_before=NOON + 10 * SECOND, error="no connection")

    row = await only_row(storage)
    early = await claim(storage, now=NOON + 10 * SECOND - INSTANT)
    in_time = await claim_one(storage, now=NOON + 10 * SECOND)

    assert (row.state, row.error, row.due_at) == (PENDING, "no connection", NOON + 10 * SECOND)
    assert (list(early), in_time.attempts) == ([], 2)


async def test_a_row_can_be_given_back_for_later_than_its_lease(storage: Storage) -> None:
    row_id = await claimed_row(storage)
    await retry(storage, row_id, not_before=NOON + HOUR)

    assert list(await claim(storage, now=NOON + MINUTE)) == []


async def test_a_delivered_row_stays_delivered_when_it_is_given_back_late(
    storage: Storage,
) -> None:
    row_id = await claimed_row(storage)
    await complete(storage, row_id)
    await retry(storage, row_id)

    assert (await only_row(storage)).state is DELIVERED
    assert list(await claim(storage, now=NOON + DAY)) == []


async def test_a_dead_row_stays_dead_when_it_is_given_back_late(storage: Storage) -> None:
    row_id = await claimed_row(storage)
    await bury(storage, row_id, error="refused")
    await retry(storage, row_id)

    row = await only_row(storage)
    assert (row.state, row.error) == (DEAD, "refused")


async def test_a_buried_row_is_dead_with_its_reason_and_never_claimed(storage: Storage) -> None:
    row_id = await claimed_row(storage)
    await bury(storage, row_id, error="ticket unknown: «х»")

    row = await only_row(storage)

    assert (row.id, row.state, row.error) == (row_id, DEAD, "ticket unknown: «х»")
    assert list(await claim(storage, now=NOON + 365 * DAY)) == []


async def test_a_delivered_row_stays_delivered_when_it_is_buried_late(storage: Storage) -> None:
    row_id = await claimed_row(storage)
    await complete(storage, row_id)
    await bury(storage, row_id)

    row = await only_row(storage)
    assert (row.state, row.error) == (DELIVERED, "")


async def test_a_dead_row_whose_work_succeeded_after_all_is_delivered(storage: Storage) -> None:
    row_id = await claimed_row(storage)
    await bury(storage, row_id)
    await complete(storage, row_id)

    assert (await only_row(storage)).state is DELIVERED


async def test_a_burial_that_is_rolled_back_leaves_the_row_claimed(storage: Storage) -> None:
    row_id = await claimed_row(storage)

    await rolled_back(storage, lambda tx: tx.outbox.bury(row_id, now=NOON, error="never"))

    assert (await only_row(storage)).state is PENDING


async def test_a_revived_row_is_due_at_once(storage: Storage) -> None:
    row_id = await claimed_row(storage)
    await bury(storage, row_id)

    revived = await revive(storage, row_id, now=NOON + HOUR)

    assert revived
    assert (await claim_one(storage, now=NOON + HOUR)).id == row_id


async def test_a_revived_row_can_be_buried_and_delivered_again(storage: Storage) -> None:
    row_id = await claimed_row(storage)
    for _ in range(2):
        await bury(storage, row_id)
        assert await revive(storage, row_id)
    await claim(storage)
    await complete(storage, row_id)

    assert (await only_row(storage)).state is DELIVERED


async def test_a_row_that_is_not_dead_is_not_revived(storage: Storage) -> None:
    await publish(storage, accepted(), not_before=NOON + HOUR)
    before = await only_row(storage)

    assert not await revive(storage, before.id)
    assert await only_row(storage) == before


async def test_a_delivered_row_is_not_revived(storage: Storage) -> None:
    row_id = await claimed_row(storage)
    await complete(storage, row_id)

    assert not await revive(storage, row_id)
    assert (await only_row(storage)).state is DELIVERED


async def test_an_unknown_row_is_not_revived(storage: Storage) -> None:
    assert not await revive(storage, "unknown")


async def test_of_two_who_revive_one_row_exactly_one_does(storage: Storage, other: Storage) -> None:
    row_id = await claimed_row(storage)
    await bury(storage, row_id)

    revived = await asyncio.gather(*(revive(one, row_id) for one in (storage, other) * 5))

    assert revived.count(True) == 1


async def test_rows_delivered_before_an_instant_are_pruned(storage: Storage) -> None:
    await publish(storage, *(accepted(f"r{n}") for n in range(3)))
    times = [NOON - INSTANT, NOON, NOON + INSTANT]
    for delivery, at in zip(await claim(storage), times, strict=True):
        await complete(storage, delivery.id, now=at)

    assert await prune(storage, before=NOON) == 1
    assert len(await rows(storage, DELIVERED)) == 2


async def test_no_more_rows_are_pruned_than_asked_for(storage: Storage) -> None:
    await publish(storage, *(accepted(f"r{n}") for n in range(5)))
    for delivery in await claim(storage):
        await complete(storage, delivery.id)

    assert [await prune(storage, before=NOON + DAY, limit=2) for _ in range(4)] == [2, 2, 1, 0]


async def test_pending_and_dead_rows_are_never_pruned(storage: Storage) -> None:
    await publish(storage, accepted("dead"), accepted("pending"))
    first, _ = await claim(storage)
    await bury(storage, first.id, now=NOON - 365 * DAY)

    assert await prune(storage, before=NOON + 365 * DAY) == 0
    assert (len(await rows(storage, DEAD)), len(await rows(storage, PENDING))) == (1, 1)


async def test_a_revived_row_that_is_delivered_is_pruned_by_its_delivery(storage: Storage) -> None:
    row_id = await claimed_row(storage)
    await bury(storage, row_id, now=NOON - DAY)
    await revive(storage, row_id)
    await complete(storage, row_id, now=NOON + DAY)

    assert await prune(storage, before=NOON + DAY) == 0
    assert await prune(storage, before=NOON + DAY + INSTANT) == 1


async def test_rows_of_a_state_are_read_oldest_first(
    storage: Storage, open_storage: OpenStorage
) -> None:
    for number in range(5):
        await publish(storage, accepted(f"r{number}"), not_before=NOON - number * MINUTE)
        open_storage.clock.forward(seconds=1)

    read = await storage.outbox_reads.rows(PENDING, limit=3)

    assert [json.loads(row.payload)["registration_id"] for row in read] == ["r0", "r1", "r2"]


async def test_only_rows_of_the_state_are_read(storage: Storage) -> None:
    await publish(storage, *(accepted(f"r{n}") for n in range(3)))
    deliveries = await claim(storage)
    await bury(storage, deliveries[0].id)
    await complete(storage, deliveries[1].id)

    by_state = {state: [row.id for row in await rows(storage, state)] for state in OutboxState}

    assert by_state == {
        DEAD: [deliveries[0].id],
        DELIVERED: [deliveries[1].id],
        PENDING: [deliveries[2].id],
    }


async def test_one_row_is_read_by_its_id(storage: Storage) -> None:
    await publish(storage, accepted("one"), accepted("two"))
    one, two = await rows(storage)

    assert await storage.outbox_reads.row(one.id) == one
    assert await storage.outbox_reads.row(two.id) == two


async def test_an_unknown_row_is_not_read(storage: Storage) -> None:
    assert await storage.outbox_reads.row("unknown") is None


async def test_what_is_not_delivered_is_counted_by_message_and_state(storage: Storage) -> None:
    await publish(storage, accepted(), accepted(), accepted(), written(), written())
    accepteds = await claim(storage, RegistrationAccepted.name)
    await bury(storage, accepteds[0].id)
    for delivery in await claim(storage, NotificationWritten.name):
        await complete(storage, delivery.id)

    undelivered = await storage.outbox_reads.undelivered()

    assert undelivered == {
        (RegistrationAccepted.name, PENDING): 2,
        (RegistrationAccepted.name, DEAD): 1,
    }


async def test_of_an_empty_outbox_nothing_is_counted(storage: Storage) -> None:
    assert await storage.outbox_reads.undelivered() == {}
