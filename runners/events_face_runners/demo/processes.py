"""Child processes that come and go with the demo."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from signal import SIGTERM
from socket import AF_INET, SO_REUSEADDR, SOCK_STREAM, SOL_SOCKET, socket

_STOP_SECONDS = 10.0


def free_port(preferred: int = 0) -> int:
    """Return a port that is free on the loopback address, the preferred one if it is."""
    for port in (preferred, 0):
        with socket(AF_INET, SOCK_STREAM) as probe:
            probe.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise OSError("no port is free")


@asynccontextmanager
async def running(
    *arguments: str, log: Path, environment: Mapping[str, str]
) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run ``events-face`` with arguments, its output going to a file; end it with the block.

    The child belongs to our process group: Ctrl-C in a terminal reaches it too.
    """
    with log.open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "events_face_cli",
            *arguments,
            stdout=output,
            stderr=output,
            env={**os.environ, **environment},
        )
    try:
        yield process
    finally:
        await _end(process)


async def run_command(
    *arguments: str, given: str, environment: Mapping[str, str]
) -> tuple[int, str]:
    """Run ``events-face`` with arguments to its end; return its exit code and what it printed.

    Args:
        arguments: the command.
        given: what it reads from standard input.
        environment: what it runs with, beside our own.
    """
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "events_face_cli", *arguments),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env={**os.environ, **environment},
    )
    try:
        output, _ = await process.communicate(f"{given}\n".encode())
    finally:
        await _end(process)
    return process.returncode or 0, output.decode()


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.send_signal(SIGTERM)
    try:
        async with asyncio.timeout(_STOP_SECONDS):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()
