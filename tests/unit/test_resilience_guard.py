"""The guard: bulkhead, breaker and deadline together, and what it tells the relay."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from events_face_adapters.resilience import (
    Breaker,
    Bulkhead,
    CallRejectedError,
    Deadline,
    Guard,
)
from events_face_core.kernel import DependencyUnavailableError, Gate
from events_face_core.notifications import NotificationRefusedError

RECOVERY = timedelta(seconds=15)


class Watch:
    """Monotonic seconds that a test moves."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


class Service:
    """Answers, fails or hangs, as a test says, and counts the calls."""

    def __init__(self) -> None:
        self.error: Exception | None = None
        self.hangs = False
        self.over = asyncio.Event()
        self.calls = 0

    async def __call__(self) -> str:
        self.calls += 1
        if self.hangs:
            await self.over.wait()
        if self.error is not None:
            raise self.error
        return "an answer"

    def die(self) -> None:
        self.error = DependencyUnavailableError("simulated", reached=True)


class World:
    """A guard around a service, with all that a test wants to see."""

    def __init__(self) -> None:
        self.watch = Watch()
        self.service = Service()
        self.observed: list[str] = []
        self.seconds: list[float] = []
        self.guard = Guard(
            "service",
            Breaker("service", failure_threshold=5, recovery=RECOVERY, clock=self.watch),
            Bulkhead(concurrency=3, patience=timedelta(milliseconds=20)),
            Deadline(limit=timedelta(milliseconds=20)),
            observe=self.observe,
        )

    def observe(self, outcome: str, seconds: float) -> None:
        self.observed.append(outcome)
        self.seconds.append(seconds)

    async def call(self) -> object:
        """Return the answer, or the error."""
        try:
            return await self.guard.call(self.service)
        except Exception as error:  # noqa: BLE001 - the test asks which it was
            return error

    async def kill(self) -> None:
        self.service.die()
        for _ in range(5):
            await self.call()


@pytest.fixture
async def world() -> World:
    return World()


async def test_an_answer_passes(world: World) -> None:
    assert await world.call() == "an answer"


async def test_a_dead_service_sees_a_bounded_number_of_calls(world: World) -> None:
    world.service.die()
    answers = await asyncio.gather(*(world.call() for _ in range(200)))
    assert {isinstance(one, DependencyUnavailableError) for one in answers} == {True}
    # Five to find out; two more may be under way by then.
    assert world.service.calls <= 7


async def test_a_service_that_hangs_opens_the_circuit(world: World) -> None:
    world.service.hangs = True
    await asyncio.gather(*(world.call() for _ in range(3)))
    await asyncio.gather(*(world.call() for _ in range(3)))
    assert world.guard.breaker.state_name == "open"
    assert world.service.calls == 6


async def test_a_call_after_its_recovery_is_the_probe(world: World) -> None:
    await world.kill()
    world.service.error = None
    rejected = await world.call()
    world.watch.seconds += RECOVERY.total_seconds()
    assert isinstance(rejected, CallRejectedError)
    assert await world.call() == "an answer"
    assert world.guard.breaker.state_name == "closed"


class TestAllowance:
    async def test_a_closed_circuit_allows_what_the_bulkhead_has_room_for(
        self, world: World
    ) -> None:
        gate: Gate = world.guard
        world.service.hangs = True
        before = gate.allowance()
        call = asyncio.create_task(world.call())
        await asyncio.sleep(0)
        during = gate.allowance()
        world.service.over.set()
        await call
        assert (before, during, gate.allowance()) == (3, 2, 3)

    async def test_an_open_circuit_allows_nothing(self, world: World) -> None:
        await world.kill()
        assert world.guard.allowance() == 0

    async def test_a_half_open_circuit_allows_its_probe(self, world: World) -> None:
        await world.kill()
        world.watch.seconds += RECOVERY.total_seconds()
        world.service.hangs = True
        before = world.guard.allowance()
        probe = asyncio.create_task(world.call())
        await asyncio.sleep(0)
        during = world.guard.allowance()
        world.service.over.set()
        await probe
        assert (before, during) == (1, 0)


class TestObserving:
    async def test_an_answer_is_ok(self, world: World) -> None:
        await world.call()
        assert world.observed == ["ok"]
        assert world.seconds[0] >= 0

    async def test_a_refusal_is_an_answer(self, world: World) -> None:
        world.service.error = NotificationRefusedError("refused")
        await world.call()
        assert world.observed == ["ok"]

    async def test_an_outage_is_a_failure(self, world: World) -> None:
        world.service.die()
        await world.call()
        assert world.observed == ["failed"]

    async def test_a_hanging_service_is_a_failure_that_took_its_time(self, world: World) -> None:
        world.service.hangs = True
        await world.call()
        assert world.observed == ["failed"]
        assert world.seconds[0] >= 0.01

    async def test_a_call_that_is_not_made_is_rejected(self, world: World) -> None:
        await world.kill()
        await world.call()
        assert world.observed == [*["failed"] * 5, "rejected"]

    async def test_nobody_needs_to_look(self) -> None:
        guard = Guard("service", Breaker("service"), Bulkhead(), Deadline())
        assert await guard.call(Service()) == "an answer"
