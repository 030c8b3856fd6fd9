"""``worker`` processes beside ``serve``, over a real Redis: killed, stopped and started again."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from socket import create_server
from time import monotonic

import aiohttp
import pytest
import redis

from events_face_runners.simulator import Faults, Simulator, running_simulator
from support.auditing import Promise, audit
from support.making import (
    NOTIFIER_TOKEN,
    TOKEN,
    a_visitor,
    an_event,
    calm,
    event_id,
    quick_settings,
)
from support.processes import ServiceProcess, free_port
from support.records import is_settled, read_records
from support.redis_server import OwnRedis, own_redis
from support.service import Service, running_service
from support.waiting import until

PATIENCE = 60.0
PEOPLE = 60


@pytest.fixture
def server() -> Iterator[OwnRedis]:
    with own_redis() as server:
        yield server


@pytest.fixture
async def simulator() -> AsyncIterator[Simulator]:
    async with running_simulator(calm(an_event(max_visitors=1000), idempotent=True)) as simulator:
        yield simulator


class Stage:
    """The processes of one deployment, on one file and one Redis."""

    def __init__(self, directory: Path, simulator: Simulator, server: OwnRedis) -> None:
        self.directory = directory
        self.simulator = simulator
        self.processes: list[ServiceProcess] = []
        self.environment = {
            "EVENTS_FACE_DATABASE_URL": f"sqlite:///{directory}/events-face.db",
            "EVENTS_FACE_REDIS_URL": server.url,
            "EVENTS_FACE_PROVIDER_URL": simulator.url,
            "EVENTS_FACE_PROVIDER_TOKEN": TOKEN,
            "EVENTS_FACE_PROVIDER_IDEMPOTENT": "true",
            "EVENTS_FACE_NOTIFIER_URL": simulator.url,
            "EVENTS_FACE_NOTIFIER_TOKEN": NOTIFIER_TOKEN,
            "EVENTS_FACE_PROVIDER_TIMEOUT": "1s",
            "EVENTS_FACE_NOTIFIER_TIMEOUT": "1s",
            "EVENTS_FACE_SYNC_INTERVAL": "1s",
            "EVENTS_FACE_BREAKER_RECOVERY": "500ms",
        }

    async def start(self, command: str, port: int, **settings: str) -> ServiceProcess:
        """Start a process whose health is at a port; wait until it is ready."""
        name = "HTTP_PORT" if command == "serve" else "OPERATION_PORT"
        changes = {**settings, name: str(port)}
        process = ServiceProcess(
            {**self.environment, **{f"EVENTS_FACE_{key}": changes[key] for key in changes}},
            self.directory / f"{command}-{port}.log",
            command,
        )
        self.processes.append(process)
        await process.start()
        await until(lambda: is_ready(port), seconds=PATIENCE)
        return process

    def errors(self) -> list[str]:
        """The lines of all logs that tell of a bug."""
        logs = self.directory.glob("*.log")
        lines = [line for log in logs for line in log.read_text().splitlines()]
        return [line for line in lines if '"level":"ERROR"' in line or "Traceback" in line]


async def dependencies(port: int) -> dict[str, str]:
    """How a process says that its dependencies are."""
    url = f"http://127.0.0.1:{port}/health/ready"
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        shown: dict[str, str] = (await response.json())["dependencies"]
        return shown


async def is_ready(port: int) -> bool:
    try:
        return bool(await dependencies(port))
    except (aiohttp.ClientError, KeyError):
        return False


@pytest.fixture
async def processes(tmp_path: Path, simulator: Simulator, server: OwnRedis) -> AsyncIterator[Stage]:
    stage = Stage(tmp_path, simulator, server)
    yield stage
    for process in stage.processes:
        await process.kill()


@pytest.fixture
async def face(tmp_path: Path, simulator: Simulator, server: OwnRedis) -> AsyncIterator[Service]:
    """A web process in the test's own, which knows the event."""
    settings = quick_settings(tmp_path, simulator, redis_url=server.url)
    async with running_service(settings, background=False) as service:
        await service.sync()
        yield service


async def test_whatever_happens_to_workers_and_redis_each_is_decided_once_and_told_once(
    processes: Stage, simulator: Simulator, server: OwnRedis
) -> None:
    simulator.faults = Faults(latency=0.05, target=frozenset({"register", "notify"}))
    port, one_port, other_port = free_port(), free_port(), free_port()
    serving = await processes.start("serve", port)
    one = await processes.start("worker", one_port)
    other = await processes.start("worker", other_port)
    await until(lambda: simulator.calls["list"].acted >= 1, seconds=PATIENCE)
    promises: dict[str, Promise] = {}

    async with aiohttp.ClientSession() as session:
        url = f"http://127.0.0.1:{port}/api/events/{event_id(1)}/registrations"
        for number in range(PEOPLE):
            body = a_visitor(number)
            async with session.post(url, json=body) as response:
                assert response.status == 202, await response.text()
                made = (await response.json())["id"]
            promises[made] = Promise(id=made, event_id=event_id(1), email=str(body["email"]))
            if number == PEOPLE // 4:
                await one.kill()
            if number == PEOPLE // 2:
                server.flush()
                await one.start()
            if number == PEOPLE * 3 // 4:
                server.stop()
    database = processes.environment["EVENTS_FACE_DATABASE_URL"]

    async def all_is_well() -> bool:
        return not audit(await read_records(database), simulator, promises)

    await until(lambda: is_settled(database), seconds=PATIENCE)
    without_redis = await dependencies(other_port)
    server.start()
    await until(lambda: is_back(other_port), seconds=PATIENCE)
    await until(all_is_well, seconds=PATIENCE)
    # It was started anew meanwhile, and obeys once it is up.
    await until(lambda: is_ready(one_port), seconds=PATIENCE)
    codes = [await process.stop() for process in (serving, one, other)]

    assert without_redis["redis"] == "open"
    assert codes == [0, 0, 0]
    assert processes.errors() == []


async def is_back(port: int) -> bool:
    return (await dependencies(port))["redis"] == "closed"


async def test_sigterm_lets_a_delivery_under_way_end(
    processes: Stage, simulator: Simulator, face: Service
) -> None:
    worker = await processes.start("worker", free_port())
    simulator.faults = Faults(latency=0.5, target=frozenset({"register"}))
    accepted = (await face.register(event_id(1), a_visitor(1))).json()
    await until(lambda: simulator.calls["register"].attempted == 1)

    code = await worker.stop()

    assert code == 0
    assert await face.status(accepted["id"]) == "confirmed"
    assert simulator.calls["register"].attempted == 1
    assert processes.errors() == []


async def test_a_worker_killed_in_the_middle_of_a_sync_holds_up_no_later_one(
    processes: Stage, simulator: Simulator, server: OwnRedis
) -> None:
    simulator.faults = Faults(hang_rate=1.0, target=frozenset({"list"}))
    victim = await processes.start("worker", free_port(), PROVIDER_TIMEOUT="60s")
    await until(lambda: simulator.calls["list"].attempted == 1)
    await victim.kill()
    with redis.Redis.from_url(server.url) as client:
        held = client.keys("*:sync:alone")
    simulator.faults = Faults()
    started = monotonic()

    await processes.start("worker", free_port())
    await until(lambda: simulator.calls["list"].acted >= 2, seconds=PATIENCE)

    assert len(held) == 1
    assert monotonic() - started < 15
    assert processes.errors() == []


async def test_sigterm_does_not_wait_for_a_sync_that_hangs(
    processes: Stage, simulator: Simulator, server: OwnRedis
) -> None:
    simulator.faults = Faults(hang_rate=1.0, target=frozenset({"list"}))
    worker = await processes.start("worker", free_port(), PROVIDER_TIMEOUT="60s")
    await until(lambda: simulator.calls["list"].attempted == 1)

    code = await worker.stop()

    with redis.Redis.from_url(server.url) as client:
        assert client.keys("*:sync:alone") == []
    assert code == 0
    assert processes.errors() == []


async def test_a_worker_whose_port_is_taken_says_so_in_one_line(processes: Stage) -> None:
    with create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        log = processes.directory / "worker.log"
        environment = {**processes.environment, "EVENTS_FACE_OPERATION_PORT": str(port)}
        process = ServiceProcess(environment, log, "worker")
        await process.start()
        assert process.process is not None
        async with asyncio.timeout(PATIENCE):
            code = await process.process.wait()

    lines = log.read_text().splitlines()
    assert code == 1
    assert len(lines) == 1
    assert lines[0].startswith("events-face: ")
    assert f"('127.0.0.1', {port}): address already in use" in lines[0]
