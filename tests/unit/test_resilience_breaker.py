"""The breaker, with a clock that stands still unless told otherwise."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from circuitbreaker import CircuitBreakerMonitor

from events_face_adapters.resilience import Breaker, CallRejectedError
from events_face_core.kernel import DependencyUnavailableError
from events_face_core.notifications import NotificationRefusedError

RECOVERY = timedelta(seconds=15)


class Watch:
    """Monotonic seconds that a test moves."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds

    def move(self, by: timedelta) -> None:
        self.seconds += by.total_seconds()


class Service:
    """A service behind a breaker: it counts the calls, and ends each as a test says."""

    def __init__(self, breaker: Breaker) -> None:
        self.breaker = breaker
        self.calls = 0

    async def answer(self) -> str:
        async def act() -> str:
            self.calls += 1
            return "an answer"

        return await self.breaker.call_async(act)

    async def fail(self, error: BaseException | None = None) -> None:
        async def act() -> None:
            self.calls += 1
            raise error or unavailable()

        with pytest.raises(type(error or unavailable())):
            await self.breaker.call_async(act)

    def start(self) -> tuple[asyncio.Task[str], asyncio.Future[str]]:
        """Begin a call that stays under way until its future is settled."""
        outcome: asyncio.Future[str] = asyncio.get_running_loop().create_future()

        async def act() -> str:
            self.calls += 1
            return await outcome

        return asyncio.create_task(self.breaker.call_async(act)), outcome


def unavailable(retry_after: timedelta | None = None) -> DependencyUnavailableError:
    return DependencyUnavailableError("simulated", reached=True, retry_after=retry_after)


async def started() -> None:
    """Let the tasks that were just made run up to where they wait."""
    await asyncio.sleep(0)


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def breaker(watch: Watch) -> Breaker:
    return Breaker("service", failure_threshold=5, recovery=RECOVERY, clock=watch)


@pytest.fixture
def service(breaker: Breaker) -> Service:
    return Service(breaker)


async def open_circuit(service: Service) -> None:
    for _ in range(5):
        await service.fail()
    service.calls = 0


class TestOpening:
    async def test_four_failures_leave_it_closed(self, service: Service) -> None:
        for _ in range(4):
            await service.fail()
        assert service.breaker.state_name == "closed"
        assert service.breaker.remaining() == timedelta(0)

    async def test_five_failures_in_a_row_open_it(self, service: Service) -> None:
        for _ in range(5):
            await service.fail()
        assert service.breaker.state_name == "open"
        assert service.breaker.remaining() == RECOVERY

    async def test_an_answer_between_failures_starts_the_count_anew(self, service: Service) -> None:
        for _ in range(4):
            await service.fail()
        await service.answer()
        for _ in range(4):
            await service.fail()
        assert service.breaker.state_name == "closed"

    async def test_a_refusal_is_a_sign_of_life(self, service: Service) -> None:
        for _ in range(4):
            await service.fail()
        await service.fail(NotificationRefusedError("refused"))
        await service.fail()
        assert service.breaker.state_name == "closed"

    async def test_whatever_else_an_adapter_raises_is_a_failure(self, service: Service) -> None:
        for _ in range(5):
            await service.fail(ConnectionRefusedError())
        assert service.breaker.state_name == "open"

    async def test_a_dead_service_is_called_five_times_and_no_more(self, service: Service) -> None:
        for _ in range(50):
            await service.fail()
        assert service.calls == 5

    async def test_an_open_circuit_says_when_to_come_back(
        self, service: Service, watch: Watch
    ) -> None:
        await open_circuit(service)
        watch.move(timedelta(seconds=4))
        with pytest.raises(CallRejectedError) as caught:
            await service.answer()
        assert not caught.value.reached
        assert caught.value.retry_after == timedelta(seconds=11)
        assert service.calls == 0

    async def test_timed_out_calls_count(self, service: Service) -> None:
        for _ in range(5):
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0):
                    await service.breaker.call_async(asyncio.sleep, 1)
        assert service.breaker.state_name == "open"

    async def test_a_service_that_times_out_by_itself_fails(self, service: Service) -> None:
        for _ in range(5):
            await service.fail(TimeoutError())
        assert service.breaker.state_name == "open"

    async def test_cancelled_calls_count(self, service: Service) -> None:
        calls = [service.start()[0] for _ in range(5)]
        await started()
        for call in calls:
            call.cancel()
        await asyncio.wait(calls)
        assert service.breaker.state_name == "open"

    async def test_it_is_not_in_the_librarys_register(self, service: Service) -> None:
        await service.answer()
        assert CircuitBreakerMonitor.get("service") is None

    def test_a_with_block_is_refused(self, breaker: Breaker) -> None:
        with pytest.raises(TypeError, match="call_async"), breaker:
            pass

    @pytest.mark.parametrize("wrong", [{"failure_threshold": 0}, {"recovery": timedelta(0)}])
    def test_a_breaker_that_could_not_work_is_refused(self, wrong: dict[str, Any]) -> None:
        with pytest.raises(ValueError, match="breaker"):
            Breaker("service", **wrong)


class TestProbing:
    async def test_after_its_recovery_it_admits_one_probe_at_a_time(
        self, service: Service, watch: Watch
    ) -> None:
        await open_circuit(service)
        watch.move(RECOVERY)
        calls = [service.start() for _ in range(100)]
        await started()
        assert service.calls == 1
        assert service.breaker.state_name == "half-open"
        assert not service.breaker.probe_free
        calls[0][1].set_result("an answer")
        outcomes = await asyncio.gather(*(call for call, _ in calls), return_exceptions=True)
        assert outcomes[0] == "an answer"
        assert {type(outcome) for outcome in outcomes[1:]} == {CallRejectedError}

    async def test_a_probe_that_is_answered_closes_it(self, service: Service, watch: Watch) -> None:
        await open_circuit(service)
        watch.move(RECOVERY)
        await service.answer()
        assert service.breaker.state_name == "closed"
        assert service.breaker.probe_free

    async def test_after_closing_it_takes_five_failures_again(
        self, service: Service, watch: Watch
    ) -> None:
        await open_circuit(service)
        watch.move(RECOVERY)
        await service.answer()
        for _ in range(4):
            await service.fail()
        assert service.breaker.state_name == "closed"

    async def test_a_probe_that_fails_opens_it_again(self, service: Service, watch: Watch) -> None:
        await open_circuit(service)
        watch.move(RECOVERY)
        await service.fail()
        assert service.breaker.state_name == "open"
        assert service.breaker.remaining() == RECOVERY

    async def test_a_refused_probe_closes_it(self, service: Service, watch: Watch) -> None:
        await open_circuit(service)
        watch.move(RECOVERY)
        await service.fail(NotificationRefusedError("refused"))
        assert service.breaker.state_name == "closed"

    async def test_a_cancelled_probe_counts_and_makes_room(
        self, service: Service, watch: Watch
    ) -> None:
        await open_circuit(service)
        watch.move(RECOVERY)
        probe, _ = service.start()
        await started()
        probe.cancel()
        await asyncio.wait([probe])
        assert service.breaker.state_name == "open"
        watch.move(RECOVERY)
        await service.answer()
        assert service.breaker.state_name == "closed"

    async def test_a_dead_service_sees_one_call_for_each_recovery(
        self, service: Service, watch: Watch
    ) -> None:
        await open_circuit(service)
        for _ in range(100):
            await service.fail()
            watch.move(RECOVERY / 10)
        assert service.calls == 9


class TestLateOutcomes:
    async def test_a_late_success_does_not_close_an_open_circuit(self, service: Service) -> None:
        call, outcome = service.start()
        await started()
        await open_circuit(service)
        outcome.set_result("late")
        assert await call == "late"
        assert service.breaker.state_name == "open"

    async def test_a_late_success_does_not_stand_in_for_the_probe(
        self, service: Service, watch: Watch
    ) -> None:
        late, late_outcome = service.start()
        await started()
        await open_circuit(service)
        watch.move(RECOVERY)
        probe, probe_outcome = service.start()
        await started()
        late_outcome.set_result("late")
        await late
        assert service.breaker.state_name == "half-open"
        assert not service.breaker.probe_free
        probe_outcome.set_exception(unavailable())
        await asyncio.wait([probe])
        assert service.breaker.state_name == "open"

    async def test_a_late_failure_does_not_count_against_a_closed_circuit(
        self, service: Service, watch: Watch
    ) -> None:
        late = [service.start() for _ in range(5)]
        await started()
        await open_circuit(service)
        watch.move(RECOVERY)
        await service.answer()
        for _, outcome in late:
            outcome.set_exception(unavailable())
        await asyncio.wait([call for call, _ in late])
        assert service.breaker.state_name == "closed"

    async def test_late_failures_do_not_hold_it_longer(
        self, service: Service, watch: Watch
    ) -> None:
        late, outcome = service.start()
        await started()
        await open_circuit(service)
        watch.move(timedelta(seconds=10))
        outcome.set_exception(unavailable())
        await asyncio.wait([late])
        assert service.breaker.remaining() == timedelta(seconds=5)


class TestRetryAfter:
    async def test_one_error_that_asks_for_a_rest_opens_it_for_that_long(
        self, service: Service
    ) -> None:
        await service.fail(unavailable(timedelta(seconds=60)))
        assert service.breaker.state_name == "open"
        assert service.breaker.remaining() == timedelta(seconds=60)

    async def test_a_short_rest_ends_when_it_was_said_to(
        self, service: Service, watch: Watch
    ) -> None:
        await service.fail(unavailable(timedelta(seconds=2)))
        watch.move(timedelta(seconds=2))
        assert service.breaker.state_name == "half-open"

    async def test_a_probe_that_fails_after_the_rest_opens_it_again(
        self, service: Service, watch: Watch
    ) -> None:
        await service.fail(unavailable(timedelta(seconds=2)))
        watch.move(timedelta(seconds=2))
        await service.fail()
        assert service.breaker.state_name == "open"
        assert service.breaker.remaining() == RECOVERY

    async def test_a_rest_of_no_time_is_a_failure_like_any_other(self, service: Service) -> None:
        await service.fail(unavailable(timedelta(0)))
        assert service.breaker.state_name == "closed"

    @pytest.mark.parametrize(("asked", "remaining"), [(2, 60), (90, 90)])
    async def test_a_hold_is_made_longer_but_never_shorter(
        self, service: Service, asked: int, remaining: int
    ) -> None:
        late, outcome = service.start()
        await started()
        await service.fail(unavailable(timedelta(seconds=60)))
        outcome.set_exception(unavailable(timedelta(seconds=asked)))
        await asyncio.wait([late])
        assert service.breaker.remaining() == timedelta(seconds=remaining)

    async def test_a_probe_from_before_the_rest_does_not_end_it(
        self, service: Service, watch: Watch
    ) -> None:
        late, late_outcome = service.start()
        await started()
        await open_circuit(service)
        watch.move(RECOVERY)
        probe, probe_outcome = service.start()
        await started()
        late_outcome.set_exception(unavailable(timedelta(seconds=60)))
        await asyncio.wait([late])
        probe_outcome.set_result("an answer")
        assert await probe == "an answer"
        assert service.breaker.state_name == "open"
        assert service.breaker.probe_free
