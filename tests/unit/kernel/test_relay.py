"""The relay: due work goes to its handlers, a bounded number at a time."""

import asyncio
from contextlib import suppress
from datetime import timedelta
from typing import ClassVar

import pytest
from attrs import define, evolve, field, frozen

from events_face_core.kernel import (
    NO_TRACES,
    Backoff,
    Delivery,
    DeliveryHandler,
    DependencyUnavailableError,
    InvalidInputError,
    Message,
    OutboxState,
    Relay,
    StorageUnavailableError,
    UndeliverableError,
)
from unit.fake_traces import TRACE, FakeTraces
from unit.fakes import NOON, FakeHouse, Row

SECOND = timedelta(seconds=1)


@frozen(kw_only=True)
class Work(Message):
    name: ClassVar[str] = "work"


@frozen(kw_only=True)
class OtherWork(Message):
    name: ClassVar[str] = "other-work"


@frozen
class FixedChance:
    value: float = 0.5

    def fraction(self) -> float:
        return self.value


@define
class FixedGate:
    allowed: int = 100

    def allowance(self) -> int:
        return self.allowed


@define
class Worker:
    """Completes its deliveries, or fails with what it is told to, in the order of arrival."""

    house: FakeHouse
    errors: list[Exception | None] = field(factory=list)
    delivered: list[str] = field(factory=list)
    at_work: int = 0
    most_at_work: int = 0

    async def __call__(self, delivery: Delivery) -> None:
        self.at_work += 1
        self.most_at_work = max(self.most_at_work, self.at_work)
        error = self.errors.pop(0) if self.errors else None
        await asyncio.sleep(0)
        self.at_work -= 1
        if error is not None:
            raise error
        async with self.house() as tx:
            await tx.outbox.complete(delivery.id, now=self.house.clock.now())
        self.delivered.append(delivery.id)


def _relay(
    house: FakeHouse,
    handler: DeliveryHandler,
    *,
    gate: int = 100,
    concurrency: int = 8,
    fraction: float = 0.5,
) -> Relay:
    return Relay(
        unit_of_work=house,
        clock=house.clock,
        chance=FixedChance(fraction),
        gate=FixedGate(gate),
        handlers={"work": handler},
        concurrency=concurrency,
        lease=20 * SECOND,
        backoff=Backoff(base=2 * SECOND, ceiling=8 * SECOND),
    )


async def _house_with(*messages: Message) -> FakeHouse:
    house = FakeHouse()
    async with house() as tx:
        for message in messages:
            await tx.publish(message)
    return house


def _only_row(house: FakeHouse) -> Row:
    (row,) = house.outbox.all.values()
    return row


async def test_due_work_is_delivered() -> None:
    house = await _house_with(Work(), Work())
    worker = Worker(house)

    claimed = await _relay(house, worker).run_once()

    assert (claimed, len(worker.delivered)) == (2, 2)
    assert {row.state for row in house.outbox.all.values()} == {OutboxState.DELIVERED}


async def test_an_empty_outbox_gives_nothing_to_do() -> None:
    house = await _house_with()

    assert await _relay(house, Worker(house)).run_once() == 0


async def test_work_for_another_relay_is_left_alone() -> None:
    house = await _house_with(OtherWork())

    claimed = await _relay(house, Worker(house)).run_once()

    assert (claimed, _only_row(house).attempts) == (0, 0)


async def test_no_more_is_under_way_than_allowed() -> None:
    house = await _house_with(*[Work()] * 10)
    worker = Worker(house)

    claimed = await _relay(house, worker, concurrency=3).run_once()

    assert (claimed, worker.most_at_work) == (3, 3)


async def test_a_closed_gate_claims_nothing() -> None:
    house = await _house_with(Work())

    claimed = await _relay(house, Worker(house), gate=0).run_once()

    assert (claimed, _only_row(house).attempts) == (0, 0)


async def test_a_gate_open_for_a_probe_claims_one() -> None:
    house = await _house_with(Work(), Work())
    worker = Worker(house)

    claimed = await _relay(house, worker, gate=1).run_once()

    assert (claimed, len(worker.delivered)) == (1, 1)


async def test_claimed_work_is_hidden_until_its_lease_ends() -> None:
    house = await _house_with(Work())

    async def die(_: Delivery) -> None:
        raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await _relay(house, die).run_once()
    worker = Worker(house)
    at_once = await _relay(house, worker).run_once()
    house.clock.forward(seconds=20)
    after_the_lease = await _relay(house, worker).run_once()

    assert (at_once, after_the_lease) == (0, 1)


async def test_undeliverable_work_goes_to_the_dead_letters_with_its_reason() -> None:
    house = await _house_with(Work())
    worker = Worker(house, [UndeliverableError("the ticket is unknown")])

    await _relay(house, worker).run_once()

    row = _only_row(house)
    assert (row.state, row.error) == (OutboxState.DEAD, "the ticket is unknown")


async def test_an_unavailable_service_is_asked_again_after_the_backoff() -> None:
    house = await _house_with(Work())
    worker = Worker(house, [DependencyUnavailableError("timeout", reached=True)])

    await _relay(house, worker, fraction=0.5).run_once()

    row = _only_row(house)
    assert (row.state, row.at, row.error) == (OutboxState.PENDING, NOON + SECOND, "timeout")


async def test_each_failure_doubles_the_wait_up_to_the_ceiling() -> None:
    house = await _house_with(Work())
    worker = Worker(house, [DependencyUnavailableError("", reached=True) for _ in range(4)])
    waits = []

    for _ in range(4):
        await _relay(house, worker, fraction=1.0).run_once()
        waits.append(_only_row(house).at - house.clock.now())
        house.clock.time = _only_row(house).at

    assert waits == [2 * SECOND, 4 * SECOND, 8 * SECOND, 8 * SECOND]


async def test_an_unavailable_service_is_left_alone_for_as_long_as_it_asked() -> None:
    house = await _house_with(Work())
    busy = DependencyUnavailableError("429", reached=False, retry_after=60 * SECOND)

    await _relay(house, Worker(house, [busy])).run_once()

    assert _only_row(house).at == NOON + 60 * SECOND


async def test_a_short_retry_after_does_not_shorten_the_backoff() -> None:
    house = await _house_with(Work())
    busy = DependencyUnavailableError("429", reached=False, retry_after=SECOND / 10)

    await _relay(house, Worker(house, [busy])).run_once()

    assert _only_row(house).at == NOON + SECOND


@pytest.mark.parametrize("error", [ValueError("a bug"), InvalidInputError("field", "a rule")])
async def test_one_failing_delivery_does_not_stop_the_others(error: Exception) -> None:
    house = await _house_with(Work(), Work(), Work())
    worker = Worker(house, [None, error, None])

    claimed = await _relay(house, worker).run_once()

    states = [row.state for row in house.outbox.all.values()]
    assert (claimed, states.count(OutboxState.DELIVERED)) == (3, 2)
    assert states.count(OutboxState.PENDING) == 1


async def test_a_bug_is_tried_again_after_the_backoff() -> None:
    house = await _house_with(Work())

    await _relay(house, Worker(house, [ValueError()])).run_once()

    row = _only_row(house)
    assert (row.state, row.at, row.error) == (OutboxState.PENDING, NOON + SECOND, "ValueError")


async def test_a_long_error_is_kept_in_short() -> None:
    house = await _house_with(Work())

    await _relay(house, Worker(house, [ValueError("x" * 10_000)])).run_once()

    assert _only_row(house).error == "x" * 500


async def test_no_delivery_is_left_running_when_the_database_fails_another() -> None:
    house = await _house_with(Work(), Work())
    finished: list[str] = []

    async def handle(delivery: Delivery) -> None:
        if delivery.id == "id-1":
            house.fail_at = house.transactions + 1
            raise DependencyUnavailableError("timeout", reached=True)
        for _ in range(10):
            await asyncio.sleep(0)
        finished.append(delivery.id)

    with suppress(StorageUnavailableError):
        await _relay(house, handle).run_once()

    assert finished == ["id-2"]


async def _delivered(*errors: Exception) -> FakeTraces:
    house = await _house_with(Work())
    traces = FakeTraces()
    relay = evolve(_relay(house, Worker(house, list(errors))), traces=traces)
    (delivery,) = await relay.claim(1)
    await relay.deliver(evolve(delivery, trace=TRACE))
    return traces


async def test_a_delivery_is_a_step_of_the_story_that_its_message_was_published_in() -> None:
    traces = await _delivered()

    assert (traces.steps, traces.failed) == ([("deliver work", (TRACE,))], [])


async def test_a_delivery_that_fails_is_a_step_that_failed() -> None:
    traces = await _delivered(UndeliverableError("the ticket is unknown"))

    assert traces.failed == ["UndeliverableError"]


async def test_where_nobody_follows_stories_a_step_does_its_block_and_there_is_no_trace() -> None:
    done = False

    with NO_TRACES.step("anything", TRACE, ""):
        done = True

    assert (done, NO_TRACES.current()) == (True, "")
