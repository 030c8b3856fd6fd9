"""The installed command, as a process: how it starts, what it logs, how it ends."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import socket
import sqlite3
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from aiohttp import ClientSession
from attrs import define, frozen

from events_face_core.registration import EventSnapshot, Language, Registration, Visitor
from events_face_runners.simulator import running_simulator
from events_face_runners.wiring.app import open_events_face
from events_face_runners.wiring.settings import Settings
from support.keys import SIGNING_KEY
from support.making import calm

MODULE = (sys.executable, "-P", "-m", "events_face_cli")
SCRIPT = shutil.which("events-face", path=str(Path(sys.executable).parent))
LAUNCHERS = [MODULE, *([(SCRIPT,)] if SCRIPT else [])]
PATIENCE = 60.0
NOW = datetime.now(UTC)


@frozen
class Ended:
    """How a process ended."""

    code: int
    out: str
    err: str


@define
class Command:
    """A command that runs in a process group of its own, as under a terminal or a container."""

    process: Process
    out: str = ""

    async def line_with(self, text: str) -> str:
        """Return the next line of its output that holds the text."""
        assert self.process.stdout is not None
        async with asyncio.timeout(PATIENCE):
            while line := (await self.process.stdout.readline()).decode():
                self.out += line
                if text in line:
                    return line
        raise AssertionError(f"it ended without {text!r}:\n{self.out}")

    async def url(self) -> str:
        """Return where a server listens, once it does."""
        return str(json.loads(await self.line_with('"listening"'))["url"])

    def interrupt(self) -> None:
        """Press Ctrl-C: the whole group gets the signal."""
        os.killpg(self.process.pid, signal.SIGINT)

    async def ended(self, *, within: float = PATIENCE) -> Ended:
        """Wait for its end."""
        async with asyncio.timeout(within):
            out, err = await self.process.communicate()
        code = self.process.returncode
        assert code is not None
        return Ended(code, self.out + out.decode(), err.decode())

    async def is_group_gone(self) -> bool:
        """Tell whether no process of the group is left, once each had a moment to end."""
        for _ in range(50):
            try:
                os.killpg(self.process.pid, 0)
            except ProcessLookupError:
                return True
            await asyncio.sleep(0.1)
        return False


@asynccontextmanager
async def _running(
    *arguments: str, environment: Mapping[str, str], launcher: tuple[str, ...] = MODULE
) -> AsyncIterator[Command]:
    """Run a command while the block runs; nothing of it outlives the block."""
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("EVENTS_FACE_")}
    process = await asyncio.create_subprocess_exec(
        *launcher,
        *arguments,
        stdout=PIPE,
        stderr=PIPE,
        env={**inherited, **environment},
        start_new_session=True,
    )
    try:
        yield Command(process)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.communicate()


async def _run(
    *arguments: str, environment: Mapping[str, str], launcher: tuple[str, ...] = MODULE
) -> Ended:
    async with _running(*arguments, environment=environment, launcher=launcher) as command:
        return await command.ended()


async def _live(url: str, **headers: str) -> int:
    async with (
        ClientSession() as session,
        session.get(f"{url}/health/live", headers=headers) as response,
    ):
        return response.status


def _fails(ended: Ended, code: int) -> str:
    """Check that a command failed as commands do; return its one line."""
    assert ended.code == code, ended
    (line,) = ended.err.splitlines()
    assert line.startswith("events-face: ")
    return line.removeprefix("events-face: ")


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "events-face.db"


@pytest.fixture
def environment(database: Path) -> dict[str, str]:
    return {
        "EVENTS_FACE_DATABASE_URL": f"sqlite:///{database}",
        "EVENTS_FACE_HTTP_PORT": "0",
        "EVENTS_FACE_AUTH_SIGNING_KEY": SIGNING_KEY,
    }


@pytest.fixture
def silent_url() -> Iterator[str]:
    """The address of a service that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


@pytest.mark.parametrize("launcher", LAUNCHERS, ids=["module", "script"][: len(LAUNCHERS)])
async def test_the_command_is_there(environment: dict[str, str], launcher: tuple[str, ...]) -> None:
    ended = await _run("migrate", "--json", environment=environment, launcher=launcher)

    assert (ended.code, ended.err) == (0, "")
    assert json.loads(ended.out)["applied"][0] == "0001_catalogue"


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
async def test_the_service_starts_answers_and_ends_cleanly(
    environment: dict[str, str], how: signal.Signals
) -> None:
    async with _running("serve", environment=environment) as command:
        status = await _live(await command.url())
        command.process.send_signal(how)
        ended = await command.ended(within=10)

    assert (status, ended.code, ended.err) == (200, 0, "")


async def test_the_service_finishes_a_request_under_way_when_it_is_told_to_stop(
    environment: dict[str, str], database: Path
) -> None:
    visitor = {"first_name": "Анна", "last_name": "Ким", "email": "anna@example.com"}
    async with _running("serve", environment=environment) as command, ClientSession() as session:
        url = f"{await command.url()}/api/events/unknown/registrations"
        with closing(sqlite3.connect(database, isolation_level=None)) as holder:
            holder.execute("BEGIN IMMEDIATE")
            waiting = asyncio.create_task(session.post(url, json=visitor))
            await asyncio.sleep(0.3)
            command.process.send_signal(signal.SIGTERM)
            await command.line_with('"stopping"')
            await asyncio.sleep(0.3)
            done_too_early = waiting.done() or command.process.returncode is not None
            holder.execute("ROLLBACK")
        async with await waiting as response:
            status = response.status
        ended = await command.ended(within=10)

    assert not done_too_early
    assert (status, ended.code, ended.err) == (404, 0, "")


async def test_a_connection_that_is_kept_open_does_not_hold_up_the_end(
    environment: dict[str, str],
) -> None:
    async with _running("serve", environment=environment) as command, ClientSession() as session:
        url = await command.url()
        async with session.get(f"{url}/health/live") as response:
            await response.read()
        began = monotonic()
        command.process.send_signal(signal.SIGTERM)
        ended = await command.ended(within=10)

    assert ended.code == 0
    assert monotonic() - began < 5


async def test_a_second_signal_changes_nothing(environment: dict[str, str]) -> None:
    async with _running("serve", environment=environment) as command:
        await command.url()
        command.process.send_signal(signal.SIGTERM)
        with suppress(ProcessLookupError):
            command.process.send_signal(signal.SIGTERM)
        ended = await command.ended(within=10)

    assert (ended.code, ended.err) == (0, "")


async def test_the_log_is_json_lines_with_the_id_of_the_request(
    environment: dict[str, str],
) -> None:
    async with _running("serve", environment=environment) as command:
        url = await command.url()
        await _live(url, **{"X-Request-ID": "from-the-test"})
        await _live(url)
        command.process.send_signal(signal.SIGTERM)
        ended = await command.ended()

    entries: list[dict[str, Any]] = [json.loads(line) for line in ended.out.splitlines()]
    requests = [entry for entry in entries if entry.get("route") == "/health/live"]
    assert all({"timestamp", "level", "logger", "message"} <= set(entry) for entry in entries)
    assert [entry["status"] for entry in requests] == [200, 200]
    assert requests[0]["request_id"] == "from-the-test"
    assert requests[1]["request_id"] not in {"", "from-the-test"}
    assert [entry["message"] for entry in entries if "request_id" not in entry][-1] == "stopped"


async def test_a_quiet_log_says_nothing_of_requests(environment: dict[str, str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    quiet = {"EVENTS_FACE_LOG_LEVEL": "error", "EVENTS_FACE_HTTP_PORT": str(port)}
    async with _running("serve", environment={**environment, **quiet}) as command:
        async with asyncio.timeout(PATIENCE):
            while True:
                with suppress(OSError):
                    await _live(f"http://127.0.0.1:{port}")
                    break
                await asyncio.sleep(0.05)
        command.process.send_signal(signal.SIGTERM)
        ended = await command.ended()

    assert (ended.code, ended.out, ended.err) == (0, "", "")


async def test_a_wrong_setting_ends_the_start_with_one_line(environment: dict[str, str]) -> None:
    wrong = {**environment, "EVENTS_FACE_SYNC_INTERVAL": "often"}

    ended = await _run("serve", environment=wrong)

    assert _fails(ended, 2).startswith("EVENTS_FACE_SYNC_INTERVAL: 'often' is not a duration")
    assert ended.out == ""


async def test_a_port_that_is_taken_ends_the_start_with_one_line(
    environment: dict[str, str],
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        ended = await _run("serve", "--port", str(port), environment=environment)

    assert "address already in use" in _fails(ended, 1)


@pytest.mark.parametrize("workers", ["1", "2"])
async def test_a_file_that_is_no_database_ends_the_start_with_one_line(
    environment: dict[str, str], database: Path, workers: str
) -> None:
    database.write_bytes(b"This is no database. " * 100)  # noqa: ASYNC240  # a few bytes

    ended = await _run("serve", "--workers", workers, environment=environment)

    assert _fails(ended, 1) == "SQLite: file is not a database"


@pytest.mark.parametrize(("first", "port"), [("8079", "8080"), ("65535", "8080")])
async def test_workers_without_a_port_each_for_their_metrics_end_with_one_line(
    environment: dict[str, str], first: str, port: str
) -> None:
    chosen = {**environment, "EVENTS_FACE_OPERATION_PORT": first}

    ended = await _run("serve", "--port", port, "--workers", "2", environment=chosen)

    assert _fails(ended, 2).startswith(f"EVENTS_FACE_OPERATION_PORT: {first} is the first of 2")


async def test_a_directory_that_is_not_there_is_one_line_and_nothing_else(
    environment: dict[str, str], tmp_path: Path
) -> None:
    nowhere = {**environment, "EVENTS_FACE_DATABASE_URL": f"sqlite:///{tmp_path}/no/where.db"}

    ended = await _run("migrate", environment=nowhere)

    assert _fails(ended, 1) == "SQLite: unable to open database file"


async def test_what_kubernetes_injects_is_one_warning(environment: dict[str, str]) -> None:
    injected = {**environment, "EVENTS_FACE_PORT": "tcp://10.0.0.1:8080"}
    async with _running("serve", environment=injected) as command:
        status = await _live(await command.url())
        command.process.send_signal(signal.SIGTERM)
        ended = await command.ended()

    (warning,) = ended.err.splitlines()
    assert (status, ended.code) == (200, 0)
    assert warning.startswith("events-face: warning: EVENTS_FACE_PORT ")


async def test_a_sync_from_a_service_that_is_not_there_is_one_line(
    environment: dict[str, str],
) -> None:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{bound.getsockname()[1]}"

        ended = await _run("sync", environment={**environment, "EVENTS_FACE_PROVIDER_URL": url})

    assert "no connection" in _fails(ended, 1)
    assert ended.out == ""


async def test_a_sync_with_a_token_that_is_refused_is_one_line(
    environment: dict[str, str],
) -> None:
    async with running_simulator(calm()) as simulator:
        wrong = {
            "EVENTS_FACE_PROVIDER_URL": simulator.url,
            "EVENTS_FACE_PROVIDER_TOKEN": "wrong",
        }
        ended = await _run("sync", environment={**environment, **wrong})

    assert "refuses our token" in _fails(ended, 1)


async def test_a_command_that_is_interrupted_ends_without_a_word(
    environment: dict[str, str], silent_url: str, database: Path
) -> None:
    waiting = {**environment, "EVENTS_FACE_PROVIDER_URL": silent_url}
    async with _running("sync", environment=waiting) as command:
        async with asyncio.timeout(PATIENCE):
            while not database.exists():  # noqa: ASYNC240, ASYNC110  # made by the other process
                await asyncio.sleep(0.02)
        await asyncio.sleep(0.5)
        command.interrupt()
        ended = await command.ended(within=10)

    assert (ended.code, ended.out, ended.err) == (130, "", "")


async def test_a_reader_who_has_had_enough_is_no_error(
    environment: dict[str, str], database: Path
) -> None:
    async with (
        open_events_face(Settings(database_url=f"sqlite:///{database}")) as app,
        app.storage() as tx,
    ):
        for number in range(2_000):
            await tx.registrations.add(_registration(number))

    async with _running("registrations", "export", environment=environment) as command:
        header = await command.line_with("event_name")
        command.process._transport.get_pipe_transport(1).close()  # type: ignore[attr-defined]
        ended = await command.ended()

    assert header.startswith('"id","event_id"')
    assert (ended.code, ended.err) == (1, "")


def _registration(number: int) -> Registration:
    return Registration(
        id=f"r{number}",
        event=EventSnapshot(id="event", name="Концерт", event_time=NOW),
        visitor=Visitor(first_name="Анна", last_name="Ким", email=f"a{number}@example.com"),
        seat=None,
        language=Language.RUSSIAN,
        created_at=NOW,
        decision_due_at=NOW + timedelta(hours=1),
    )


async def test_the_worker_works_until_it_is_told_to_stop(environment: dict[str, str]) -> None:
    async with _running("worker", environment=environment) as command:
        await command.line_with('"working"')
        command.process.send_signal(signal.SIGTERM)
        ended = await command.ended(within=10)

    messages = [json.loads(line)["message"] for line in ended.out.splitlines()]
    assert (ended.code, ended.err) == (0, "")
    assert [m for m in messages if m.startswith("stop")] == ["stopping", "stopped"]
    assert messages[-1] == "stopped"


async def test_the_simulator_says_where_it_is_and_ends_when_told(
    environment: dict[str, str],
) -> None:
    async with _running("simulate", "--port", "0", environment=environment) as command:
        url = (await command.line_with("simulating")).split()[-1]
        async with ClientSession() as session, session.get(f"{url}/_control/state") as response:
            status = response.status
        command.process.send_signal(signal.SIGTERM)
        ended = await command.ended(within=10)

    assert (status, ended.code, ended.err) == (200, 0, "")


@pytest.fixture
def taken_ports() -> Iterator[None]:
    """Take the ports that a demo likes best, so that demos side by side find others."""
    servers = []
    for port in (8080, 9090):
        with suppress(OSError):
            servers.append(socket.create_server(("127.0.0.1", port)))
    yield
    for server in servers:
        server.close()


@pytest.mark.usefixtures("taken_ports")
async def test_the_demo_shows_its_tour_and_ends(environment: dict[str, str]) -> None:
    async with _running("demo", "--once", environment=environment) as command:
        ended = await command.ended(within=60)
        gone = await command.is_group_gone()

    assert (ended.code, ended.err) == (0, "")
    for shown in (
        "open events are mirrored",
        "концерт  →",
        "202 pending",
        "200 confirmed",
        "201 confirmed",
        "told",
    ):
        assert shown in ended.out
    assert ended.out.endswith("Stopped.\n")
    assert gone
    assert not _directory_of(ended).exists()


@pytest.mark.usefixtures("taken_ports")
@pytest.mark.parametrize("moment", ["events-face demo", "It goes on"])
async def test_ctrl_c_ends_the_demo_and_everything_it_started(
    environment: dict[str, str], moment: str
) -> None:
    async with _running("demo", environment=environment) as command:
        await command.line_with(moment)
        command.interrupt()
        ended = await command.ended()
        gone = await command.is_group_gone()

    assert (ended.code, ended.err) == (0, "")
    assert ended.out.endswith("Stopped.\n")
    assert gone
    assert not _directory_of(ended).exists()


@pytest.mark.usefixtures("taken_ports")
@pytest.mark.parametrize("seconds", [0, 0.3, 0.8])
async def test_ctrl_c_while_the_demo_starts_leaves_nothing_behind(
    environment: dict[str, str], tmp_path: Path, seconds: float
) -> None:
    temporary = {**environment, "TMPDIR": str(tmp_path)}
    async with _running("demo", environment=temporary) as command:
        async with asyncio.timeout(PATIENCE):
            while not list(tmp_path.glob("events-face-demo-*")):  # noqa: ASYNC110, ASYNC240
                await asyncio.sleep(0.01)
        await asyncio.sleep(seconds)
        command.interrupt()
        ended = await command.ended()
        gone = await command.is_group_gone()

    assert (ended.code, ended.err) == (0, "")
    assert gone
    assert list(tmp_path.glob("events-face-demo-*")) == []  # noqa: ASYNC240  # an empty directory


def _directory_of(ended: Ended) -> Path:
    (line,) = (line for line in ended.out.splitlines() if line.strip().startswith("Logs "))
    return Path(line.split()[-1])
