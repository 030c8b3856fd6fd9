"""The service, as the process that an operator starts."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from attrs import frozen

from support.keys import SIGNING_KEY
from support.processes import free_port

_START_SECONDS = 60.0
_STOP_SECONDS = 20.0


@frozen
class Service:
    """A process that serves on a port."""

    pid: int
    port: int

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"


@asynccontextmanager
async def serving(
    log: Path, settings: Mapping[str, str], *arguments: str, core: int | None = None
) -> AsyncIterator[Service]:
    """``events-face serve`` with some settings, all logs on, perhaps on one core only."""
    port = free_port()
    environment = {
        "EVENTS_FACE_HTTP_PORT": str(port),
        "EVENTS_FACE_AUTH_SIGNING_KEY": SIGNING_KEY,
        **{f"EVENTS_FACE_{name.upper()}": value for name, value in settings.items()},
    }
    command = (sys.executable, "-P", "-m", "events_face_cli", "serve", *arguments)
    async with process(log, *command, port=port, core=core, environment=environment) as pid:
        yield Service(pid, port)


@asynccontextmanager
async def mailing(log: Path, settings: Mapping[str, str]) -> AsyncIterator[int]:
    """``events-face notify serve`` with some settings; give its process id."""
    port = free_port()
    environment = {
        "EVENTS_FACE_OPERATION_PORT": str(port),
        **{f"EVENTS_FACE_{name.upper()}": value for name, value in settings.items()},
    }
    command = (sys.executable, "-P", "-m", "events_face_cli", "notify", "serve")
    async with process(log, *command, port=port, environment=environment) as pid:
        yield pid


@asynccontextmanager
async def process(
    log: Path, *command: str, port: int, core: int | None = None, environment: Mapping[str, str]
) -> AsyncIterator[int]:
    """Run a command that listens on a port, its output in a file; give its process id."""
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("EVENTS_FACE_")}
    pinned = () if core is None else ("taskset", "-c", str(core))
    with log.open("ab") as output:
        child = await asyncio.create_subprocess_exec(
            *pinned, *command, stdout=output, stderr=output, env={**inherited, **environment}
        )
    try:
        await _answering(port, child, log)
        yield child.pid
    finally:
        if child.returncode is None:
            child.terminate()
        async with asyncio.timeout(_STOP_SECONDS):
            await child.wait()


async def _answering(port: int, child: asyncio.subprocess.Process, log: Path) -> None:
    async with asyncio.timeout(_START_SECONDS):
        while child.returncode is None:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.05)
            else:
                writer.close()
                return
    raise RuntimeError(f"the process ended; its output is in {log}")
