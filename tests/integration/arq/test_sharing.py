"""Several workers share the work, and several deployments a Redis."""

import asyncio
import pickle
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import redis
from attrs import define, frozen

from events_face_adapters.system import SystemClock
from events_face_runners.background.arq_scheduler import ArqScheduler
from events_face_runners.background.chores import Chores
from events_face_runners.background.job_queue import open_queue
from events_face_runners.background.schedule import Daily, Every, ScheduledTask
from events_face_runners.event_loop import end
from events_face_runners.observing.metrics import Metrics
from events_face_runners.simulator import Faults, Simulator
from events_face_runners.wiring.settings import Settings
from integration.arq.deciding import confirmed, registered
from support.making import quick_settings
from support.redis_server import OwnRedis
from support.service import Service
from support.waiting import until
from support.working import running_worker


@frozen
class Evil:
    """Leaves a trace when it is unpickled."""

    trace: Path

    def __reduce__(self) -> tuple[object, ...]:
        return Path.touch, (self.trace,)


@define
class Runs:
    """Counts the runs of a task, in all workers."""

    runs: int = 0

    async def run(self) -> None:
        self.runs += 1


async def nothing() -> None:
    """Do it."""


@asynccontextmanager
async def scheduling(
    url: str, *tasks: ScheduledTask, deployment: str = "one", net_seconds: float = 60.0
) -> AsyncIterator[Chores]:
    """One more worker, which does nothing but these tasks, while the block runs."""
    async with open_queue(url, deployment) as queue, asyncio.TaskGroup() as group:
        chores = Chores(group, Metrics())
        scheduler = ArqScheduler(
            queue=queue,
            clock=SystemClock(),
            tasks=tasks,
            sweep=ScheduledTask(name="sweep", run=nothing, when=Every(1)),
            in_force=lambda _: None,
            recovery=timedelta(seconds=0.1),
            net_seconds=net_seconds,
        )
        running = group.create_task(scheduler.run(chores))
        yield chores
        await end(running)
        await chores.finish(0)


def ticks(server: OwnRedis, task: str, *, deployment: str = "one") -> int:
    """How often a task was due: ARQ keeps a mark of each for a minute."""
    with redis.Redis.from_url(server.url) as client:
        return len(client.keys(f"arq:in-progress:events-face:{deployment}:{task}:*"))


async def test_two_workers_do_a_task_once_each_time_it_is_due(server: OwnRedis) -> None:
    counted = Runs()
    task = ScheduledTask(name="counted", run=counted.run, when=Every(1))

    async with scheduling(server.url, task), scheduling(server.url, task):
        await until(lambda: counted.runs >= 5)

    assert counted.runs <= ticks(server, "counted")


async def test_two_deployments_on_one_redis_each_do_it_when_it_is_due(server: OwnRedis) -> None:
    ours, theirs = Runs(), Runs()
    our_task = ScheduledTask(name="counted", run=ours.run, when=Every(1))
    their_task = ScheduledTask(name="counted", run=theirs.run, when=Every(1))

    async with (
        scheduling(server.url, our_task, deployment="one"),
        scheduling(server.url, their_task, deployment="two"),
    ):
        await until(lambda: min(ours.runs, theirs.runs) >= 3)

    assert 3 <= ours.runs <= ticks(server, "counted", deployment="one")
    assert 3 <= theirs.runs <= ticks(server, "counted", deployment="two")


async def test_tasks_that_take_long_hold_up_no_other(server: OwnRedis) -> None:
    over, counted = asyncio.Event(), Runs()

    async def wait() -> bool:
        return await over.wait()

    long = [
        ScheduledTask(name=f"long-{number}", run=wait, when=Every(1), exclusive=True)
        for number in range(12)
    ]
    short = ScheduledTask(name="short", run=counted.run, when=Every(1))
    async with scheduling(server.url, *long, short):
        await until(lambda: counted.runs >= 3)
        over.set()


async def test_a_tick_that_is_long_past_is_not_made_up_for(server: OwnRedis) -> None:
    nightly, counted = Runs(), Runs()
    past = datetime.now(UTC) - timedelta(minutes=1)
    tasks = [
        ScheduledTask(name="nightly", run=nightly.run, when=Daily(past.time())),
        ScheduledTask(name="counted", run=counted.run, when=Every(1)),
    ]
    async with open_queue(server.url, "one") as queue:
        await queue.redis.enqueue_job(queue.job("nightly"), _job_id="past", _defer_until=past)

        async with scheduling(server.url, *tasks):
            await until(lambda: counted.runs >= 2)

        assert await queue.redis.zscore(queue.name, "past") is None
    assert nightly.runs == 0


async def test_a_task_that_arq_forgets_is_done_all_the_same_unless_it_takes_a_lease(
    server: OwnRedis,
) -> None:
    counted, leased = Runs(), Runs()
    tasks = [
        ScheduledTask(name="counted", run=counted.run, when=Every(1)),
        ScheduledTask(name="leased", run=leased.run, when=Every(1), exclusive=True),
    ]
    with redis.Redis.from_url(server.url) as client:
        # Marks of all ticks to come: ARQ takes them for done.
        soon = int(datetime.now(UTC).timestamp())
        for name in ("counted", "leased"):
            for second in range(soon, soon + 60):
                client.set(f"arq:in-progress:events-face:one:{name}:{second}123", 1)

        async with scheduling(server.url, *tasks, net_seconds=1.0):
            await until(lambda: counted.runs >= 3)

    assert leased.runs == 1  # as in every worker that starts


async def test_what_strangers_put_into_the_queue_is_not_run(
    server: OwnRedis, tmp_path: Path
) -> None:
    trace, counted = tmp_path / "trace", Runs()
    task = ScheduledTask(name="counted", run=counted.run, when=Every(1))
    with redis.Redis.from_url(server.url) as client:
        client.set("arq:job:evil", pickle.dumps(Evil(trace)))
        client.zadd("events-face:one:queue", {"evil": 1})

        async with scheduling(server.url, task):
            await until(lambda: counted.runs >= 2)

        assert client.zscore("events-face:one:queue", "evil") is None
    assert not trace.exists()


async def test_two_workers_never_sync_at_the_same_time(
    settings: Settings, simulator: Simulator
) -> None:
    simulator.faults = Faults(latency=1.3, target=frozenset({"list"}))
    async with running_worker(settings) as one, running_worker(settings) as other:

        def turned_down() -> int:
            return one.count("sync", "elsewhere") + other.count("sync", "elsewhere")

        def at_once() -> int:
            calls = simulator.calls["list"]
            return calls.attempted - calls.acted

        most = 0

        def seen_enough() -> bool:
            nonlocal most
            most = max(most, at_once())
            return turned_down() >= 1 and one.count("sync") + other.count("sync") >= 2

        await until(seen_enough)
        simulator.faults = Faults()

    assert most == 1


async def test_what_one_worker_is_told_of_two_workers_deliver_once(
    settings: Settings, simulator: Simulator, face: Service
) -> None:
    async with running_worker(settings), running_worker(settings):
        ids = [await registered(face, number) for number in range(20)]
        for registration_id in ids:
            await confirmed(face, registration_id)
        await until(lambda: len(simulator.world.notifications) == 20)

    assert simulator.calls["register"].attempted == 20
    assert simulator.calls["notify"].attempted == 20


async def test_a_kick_reaches_the_workers_of_its_own_deployment_only(
    settings: Settings, simulator: Simulator, face: Service, server: OwnRedis, tmp_path: Path
) -> None:
    (tmp_path / "other").mkdir()
    elsewhere = quick_settings(tmp_path / "other", simulator, redis_url=server.url)
    async with running_worker(settings) as ours, running_worker(elsewhere) as theirs:
        await ours.scheduled_by("arq")
        await theirs.scheduled_by("arq")
        await confirmed(face, await registered(face))

        assert theirs.count("deliver") == 0


async def test_workers_write_down_that_they_live(settings: Settings, server: OwnRedis) -> None:
    async with running_worker(settings) as worker:
        key = f"events-face:{worker.app.storage.identity}:health"
        with redis.Redis.from_url(server.url) as client:
            await until(lambda: client.exists(key) == 1)

            assert 0 < client.ttl(key) <= 11
