"""One SQLite file: one connection that writes, a few that read, and the schema in it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiosqlite

from events_face_adapters.storage.sqlite.connecting import (
    open_reader,
    open_writer,
    translated_errors,
)
from events_face_adapters.storage.sqlite.migrating import migrate
from events_face_adapters.storage.sqlite.sessions import ReadingSession, TransactionSession
from events_face_core.kernel import StorageUnavailableError

AUDIT_SCHEMA = "events_face_adapters.storage.sqlite.audit_migrations"
"""The steps of the audit service's own database."""

_READERS = 4
_PATIENCE_SECONDS = 5


class SqliteDatabase:
    """``Database`` in one file.

    SQLite has one writer at a time: transactions of this process queue for the one writing
    connection, those of other processes wait at the file's lock.

    Args:
        path: the file.
        schema: the package of the steps that bring the schema up to date.
    """

    def __init__(self, path: Path, *, schema: str) -> None:
        self.migrated: tuple[str, ...] = ()
        self.path = path
        self.reading = ReadingSession(self._reader)
        self._schema = schema
        self._writing = asyncio.Lock()
        self._writer: aiosqlite.Connection | None = None
        self._readers: asyncio.LifoQueue[aiosqlite.Connection] = asyncio.LifoQueue()

    async def open(self) -> None:
        """Open the file and bring its schema up to date.

        Raises:
            StorageUnavailableError: it cannot be opened, or stays locked.
        """
        try:
            with translated_errors():
                self._writer = await open_writer(self.path)
                self.migrated = await migrate(self._writer, self._schema)
                for _ in range(_READERS):
                    self._readers.put_nowait(await open_reader(self.path))
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        """Close every connection."""
        if self._writer is not None:
            await self._writer.close()
            self._writer = None
        while not self._readers.empty():
            await self._readers.get_nowait().close()

    async def check_there(self) -> None:
        """Raise ``StorageUnavailableError`` when the file was removed.

        It still answers whoever has it open, and keeps nothing.
        """
        if not await asyncio.to_thread(self.path.exists):
            raise StorageUnavailableError("The database file is gone.")

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[TransactionSession]:
        """Open a transaction."""
        async with self._writing:
            connection = self._opened_writer()
            with translated_errors():
                try:
                    await connection.execute("BEGIN IMMEDIATE")
                    yield TransactionSession(connection)
                    await connection.execute("COMMIT")
                except BaseException:
                    await _to_the_end(asyncio.create_task(_roll_back(connection)))
                    raise

    @asynccontextmanager
    async def _reader(self) -> AsyncIterator[aiosqlite.Connection]:
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                connection = await self._readers.get()
        except TimeoutError as error:
            raise StorageUnavailableError("Every reading connection is busy.") from error
        try:
            yield connection
        finally:
            self._readers.put_nowait(connection)

    def _opened_writer(self) -> aiosqlite.Connection:
        if self._writer is None:
            raise StorageUnavailableError("The storage is not open.")
        return self._writer


async def _to_the_end(task: asyncio.Task[None]) -> None:
    """Wait for a task, and be cancelled only after it, however often that is asked for.

    A request that is cut off must not leave its transaction to the next one.
    """
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.wait({task})
        except asyncio.CancelledError as error:
            cancelled = error
    task.result()
    if cancelled is not None:
        raise cancelled


async def _roll_back(connection: aiosqlite.Connection) -> None:
    # The statement under way when the caller was cancelled still runs in its thread; this
    # queues behind it. A commit that got through leaves nothing to roll back.
    if await connection.execute_fetchall("SELECT 1") and connection.in_transaction:
        await connection.execute("ROLLBACK")
