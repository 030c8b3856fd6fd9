"""What an operator does with the outbox."""

from datetime import timedelta
from typing import ClassVar

from attrs import frozen

from events_face_core.kernel import Message, OutboxOperations, OutboxState
from events_face_core.kernel.operations import _BATCH
from unit.fakes import NOON, FakeHouse

DAY = timedelta(days=1)


@frozen(kw_only=True)
class Work(Message):
    name: ClassVar[str] = "work"


async def _a_row(house: FakeHouse) -> str:
    async with house() as tx:
        await tx.publish(Work())
    return list(house.outbox.all)[-1]


async def test_a_dead_letter_is_due_again_at_once() -> None:
    house = FakeHouse()
    row_id = await _a_row(house)
    await house.outbox.bury(row_id, now=NOON, error="refused")
    house.clock.forward(days=1)

    revived = await OutboxOperations(unit_of_work=house, clock=house.clock).retry(row_id)

    row = house.outbox.all[row_id]
    assert (revived, row.state, row.at) == (True, OutboxState.PENDING, NOON + DAY)


async def test_what_is_not_dead_is_not_revived() -> None:
    house = FakeHouse()
    operations = OutboxOperations(unit_of_work=house, clock=house.clock)

    assert not await operations.retry(await _a_row(house))
    assert not await operations.retry("unknown")


async def test_only_what_was_delivered_long_ago_is_cleared_away() -> None:
    house = FakeHouse()
    old, young, waiting, dead = [await _a_row(house) for _ in range(4)]
    await house.outbox.complete(old, now=NOON - DAY)
    await house.outbox.complete(young, now=NOON)
    await house.outbox.bury(dead, now=NOON - DAY, error="refused")

    pruned = await OutboxOperations(unit_of_work=house, clock=house.clock).prune(DAY / 2)

    assert (pruned, set(house.outbox.all)) == (1, {young, waiting, dead})


async def test_clearing_goes_on_until_nothing_old_is_left() -> None:
    house = FakeHouse()
    for _ in range(_BATCH + 1):
        await house.outbox.complete(await _a_row(house), now=NOON - DAY)

    pruned = await OutboxOperations(unit_of_work=house, clock=house.clock).prune(DAY / 2)

    assert (pruned, house.outbox.all) == (_BATCH + 1, {})
