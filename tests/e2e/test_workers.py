"""``serve --workers``: several processes on one port."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import ClientConnectionError, ClientSession

from support.processes import ServiceProcess, free_port, free_ports_in_a_row
from support.waiting import until

PATIENCE = 60.0


class Workers:
    """Two workers, and the processes that they are."""

    def __init__(self, service: ServiceProcess, url: str, operation: int) -> None:
        self.service = service
        self.url = url
        self.operation = operation

    def pids(self) -> set[int]:
        """The workers: the children that were spawned to serve."""
        parent = self.service.process
        assert parent is not None
        children = Path(f"/proc/{parent.pid}/task/{parent.pid}/children").read_text().split()
        return {int(pid) for pid in children if b"spawn_main" in _command_line(int(pid))}

    async def ready(self) -> int:
        """Wait until the port answers; return the status."""
        async with asyncio.timeout(PATIENCE), ClientSession() as session:
            while True:
                try:
                    async with session.get(f"{self.url}/health/ready") as response:
                        return response.status
                except ClientConnectionError:
                    await asyncio.sleep(0.1)


def _command_line(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


@pytest.fixture
async def workers(tmp_path: Path) -> AsyncIterator[Workers]:
    port, operation = free_port(), free_ports_in_a_row(2)
    environment = {
        "EVENTS_FACE_DATABASE_URL": f"sqlite:///{tmp_path}/events.db",
        "EVENTS_FACE_HTTP_PORT": str(port),
        "EVENTS_FACE_HTTP_WORKERS": "2",
        "EVENTS_FACE_OPERATION_PORT": str(operation),
    }
    service = ServiceProcess(environment, tmp_path / "serve.log")
    await service.start()
    workers = Workers(service, f"http://127.0.0.1:{port}", operation)
    await workers.ready()
    yield workers
    await service.stop()


pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks at /proc")


async def test_a_worker_that_dies_is_replaced_and_the_port_goes_on_answering(
    workers: Workers,
) -> None:
    before = workers.pids()
    victim = min(before)

    os.kill(victim, signal.SIGKILL)
    await until(lambda: victim not in workers.pids() and len(workers.pids()) == 2, seconds=PATIENCE)

    assert len(before) == 2
    assert await workers.ready() == 200


async def test_each_worker_serves_its_own_metrics_at_a_port_of_its_own(workers: Workers) -> None:
    # Neither port is shared: each is answered by the one process that could listen on it.
    answers = [await _metrics(workers.operation + number) for number in range(2)]

    assert ["process_resident_memory_bytes" in answer for answer in answers] == [True, True]


async def _metrics(port: int) -> str:
    async with asyncio.timeout(PATIENCE), ClientSession() as session:
        while True:
            try:
                async with session.get(f"http://127.0.0.1:{port}/metrics") as response:
                    return await response.text()
            except ClientConnectionError:
                await asyncio.sleep(0.1)


async def test_sigterm_ends_every_worker(workers: Workers) -> None:
    pids = workers.pids()

    code = await workers.service.stop()

    assert code == 0
    assert [pid for pid in pids if _command_line(pid)] == []


async def test_workers_do_not_outlive_a_parent_that_is_killed(workers: Workers) -> None:
    pids = workers.pids()

    await workers.service.kill()
    await until(lambda: not any(map(_command_line, pids)), seconds=PATIENCE)

    assert len(pids) == 2
