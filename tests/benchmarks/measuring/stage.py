"""What measurements stand on: servers and large catalogues, made when first asked for."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from attrs import define, field, frozen

from benchmarks.measuring.catalogue import Catalogue
from benchmarks.measuring.mirroring import Mirrored, mirror, mirror_here
from contract.storage.postgres import OwnServer, ask, new_database, own_server

_LIKE_AN_OPERATOR = (
    "ALTER SYSTEM SET shared_buffers = '1GB'",
    "ALTER SYSTEM SET max_wal_size = '4GB'",
    "ALTER SYSTEM SET checkpoint_timeout = '15min'",
)
"""The server comes with settings for a machine of 1 GB; a million events take that alone."""

_SETTLE = ("VACUUM ANALYZE", "CHECKPOINT")
"""What the server would do in its own time, done before anything is measured."""


@frozen(kw_only=True)
class Sizes:
    """How much of everything. The quick ones only show that the measurements work."""

    many: int = 1_000_000
    few: int = 10_000
    seconds: float = 10.0
    rounds: int = 3
    requests: int = 1_000_000
    synced: int = 100_000
    delivered: int = 1_000_000


FULL = Sizes()
QUICK = Sizes(
    many=30_000,
    few=5_000,
    seconds=1.0,
    rounds=1,
    requests=20_000,
    synced=5_000,
    delivered=20_000,
)


@define
class Stage:
    """Servers and databases, each made once and removed in the end."""

    sizes: Sizes
    directory: Path
    stack: AsyncExitStack
    _server: OwnServer | None = None
    _mirrored: Mirrored | None = None
    _few: str | None = None
    _sqlite: dict[int, Mirrored] = field(factory=dict)

    async def postgres(self) -> OwnServer:
        """A server that writes through to the disk."""
        if self._server is None:
            manager = own_server(durable=True)
            # In a thread: starting it runs a loop of its own.
            server = await asyncio.to_thread(manager.__enter__)
            self.stack.push_async_callback(asyncio.to_thread, manager.__exit__, None, None, None)
            await ask(server.url, *_LIKE_AN_OPERATOR)
            server.stop()
            server.start()
            self._server = server
        return self._server

    async def new_postgres(self) -> str:
        """Return the URL of a new database."""
        server = await self.postgres()
        return await self.stack.enter_async_context(new_database(server.url))

    def new_sqlite(self, name: str) -> str:
        """Return the URL of a new database."""
        return f"sqlite:///{self.directory / name}.db"

    async def mirrored(self) -> Mirrored:
        """Many events in PostgreSQL, brought there by a service that syncs and is watched."""
        if self._mirrored is None:
            url = await self.new_postgres()
            print(f"  a service mirrors {self.sizes.many:,} events", flush=True)
            self._mirrored = await mirror(url, Catalogue(self.sizes.many), self.directory)
            await ask(url, *_SETTLE)
        return self._mirrored

    async def few_in_postgres(self) -> str:
        """Return the URL of a database with few events."""
        if self._few is None:
            self._few = await self.new_with_few()
        return self._few

    async def new_with_few(self) -> str:
        """Return the URL of a new database with few events."""
        url = await self.new_postgres()
        await mirror_here(url, Catalogue(self.sizes.few))
        await ask(url, *_SETTLE)
        return url

    async def in_sqlite(self, size: int) -> Mirrored:
        """So many events in SQLite."""
        if size not in self._sqlite:
            print(f"  SQLite mirrors {size:,} events", flush=True)
            url = self.new_sqlite(f"events-{size}")
            self._sqlite[size] = await mirror_here(url, Catalogue(size))
        return self._sqlite[size]


@asynccontextmanager
async def open_stage(sizes: Sizes) -> AsyncIterator[Stage]:
    """Open an empty stage."""
    with TemporaryDirectory(prefix="events-face-bench-") as directory:
        async with AsyncExitStack() as stack:
            yield Stage(sizes, Path(directory), stack)
