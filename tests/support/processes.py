"""The service as a process of its own, which can be killed at any moment."""

import asyncio
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from socket import AF_INET, SOCK_STREAM, socket

import attrs

from support.keys import SIGNING_KEY

_STOP_SECONDS = 10.0
_KEY = "EVENTS_FACE_AUTH_SIGNING_KEY"


def free_port() -> int:
    """A port that nobody listens on at the moment."""
    with socket(AF_INET, SOCK_STREAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def free_ports_in_a_row(count: int) -> int:
    """The first of so many ports, one after another, that nobody listens on at the moment."""
    while True:
        first = free_port()
        with ExitStack() as probes:
            try:
                for port in range(first, first + count):
                    probe = probes.enter_context(socket(AF_INET, SOCK_STREAM))
                    probe.bind(("127.0.0.1", port))
            except (OSError, OverflowError):
                continue
            return first


@attrs.define
class ServiceProcess:
    """``events-face serve`` (or a command like it), started, killed and started again.

    Attributes:
        module: what is run instead of the product itself: a test's own entry point.
    """

    environment: Mapping[str, str]
    log: Path
    command: str = "serve"
    options: Sequence[str] = ()
    module: str = "events_face_cli"
    process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Start it; its output is added to the log."""
        if self.process is not None and self.process.returncode is None:
            raise RuntimeError("it runs already, and would be left behind")
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("EVENTS_FACE_")}
        descriptor = os.open(self.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        try:
            self.process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-P", "-m", self.module, self.command, *self.options),
                stdout=descriptor,
                stderr=descriptor,
                env={**inherited, _KEY: SIGNING_KEY, **self.environment},
            )
        finally:
            os.close(descriptor)

    async def kill(self) -> None:
        """Kill it as a power cut would, if it was started: it gets no say in this."""
        if self.process is not None:
            await self._end(signal.SIGKILL)

    async def stop(self) -> int:
        """Ask it to stop; return its exit code."""
        async with asyncio.timeout(_STOP_SECONDS):
            return await self._end(signal.SIGTERM)

    def errors(self) -> list[str]:
        """What went wrong unforeseen, as logged; that a client was told to try again is not."""
        return [
            line
            for line in self.log.read_text(encoding="utf-8").splitlines()
            if not line.startswith("{")
            or ('"level":"ERROR"' in line and '"message":"unavailable: ' not in line)
        ]

    async def _end(self, how: signal.Signals) -> int:
        if self.process is None:
            raise RuntimeError("the process was not started")
        if self.process.returncode is None:
            self.process.send_signal(how)
        return await self.process.wait()
