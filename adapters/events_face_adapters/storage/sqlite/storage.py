"""The SQLite file, opened: one connection that writes, a few that read."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Self

import aiosqlite

from events_face_adapters.storage.catalogue_states import read_identity
from events_face_adapters.storage.event_reads import StoredEventReads
from events_face_adapters.storage.messages import MessageMap
from events_face_adapters.storage.opened import Listener
from events_face_adapters.storage.outbox import StoredOutboxReads
from events_face_adapters.storage.registrations import StoredRegistrationReads
from events_face_adapters.storage.search_text import SearchText
from events_face_adapters.storage.sqlite.connecting import (
    open_reader,
    open_writer,
    translated_errors,
)
from events_face_adapters.storage.sqlite.migrating import migrate
from events_face_adapters.storage.sqlite.question import SqliteQuestion
from events_face_adapters.storage.sqlite.sessions import ReadingSession, TransactionSession
from events_face_adapters.storage.sqlite.transaction import SqliteTransaction
from events_face_adapters.storage.ticketing_reads import StoredTicketingReads
from events_face_core.kernel import Clock, Ids, StorageUnavailableError

_READERS = 4
_PATIENCE_SECONDS = 5


class SqliteStorage:
    """``UnitOfWork`` and the reads, on one file.

    SQLite has one writer at a time: transactions of this process queue for the one writing
    connection, those of other processes wait at the file's lock.
    """

    def __init__(self, path: Path, *, messages: MessageMap, clock: Clock, ids: Ids) -> None:
        self.migrated: tuple[str, ...] = ()
        self.identity = ""
        self.path = path
        self._messages = messages
        self._clock = clock
        self._ids = ids
        self._search_text = SearchText()
        self._writing = asyncio.Lock()
        self._writer: aiosqlite.Connection | None = None
        self._readers: asyncio.LifoQueue[aiosqlite.Connection] = asyncio.LifoQueue()
        self._listeners: list[Listener] = []
        self._reading = ReadingSession(self._reader)
        self.event_reads = StoredEventReads(self._reading, self._search_text, SqliteQuestion)
        self.registration_reads = StoredRegistrationReads(self._reading)
        self.outbox_reads = StoredOutboxReads(self._reading)
        self.ticketing_reads = StoredTicketingReads(self._reading, self._search_text)

    async def __aenter__(self) -> Self:
        """Open the file and bring its schema up to date.

        Raises:
            StorageUnavailableError: it cannot be opened, or stays locked.
            UnmappedMessageError: its outbox holds messages that this release cannot deliver.
        """
        try:
            with translated_errors():
                self._writer = await open_writer(self.path)
                self.migrated = await migrate(self._writer)
                for _ in range(_READERS):
                    self._readers.put_nowait(await open_reader(self.path))
            self._messages.check_deliverable(await self.outbox_reads.waiting_messages())
            self.identity = await read_identity(self._reading)
        except BaseException:
            await self._close()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close every connection."""
        await self._close()

    def listen(self, listener: Listener) -> None:
        """Tell a listener of every later commit of this process."""
        self._listeners.append(listener)

    async def check(self) -> None:
        """Raise ``StorageUnavailableError`` unless the database answers."""
        await self._reading.fetch("SELECT version FROM catalogue_state")
        # A file that was removed still answers whoever has it open, and keeps nothing.
        if not await asyncio.to_thread(self.path.exists):
            raise StorageUnavailableError("The database file is gone.")

    @asynccontextmanager
    async def __call__(self) -> AsyncIterator[SqliteTransaction]:
        """Open a transaction, as ``UnitOfWork`` says."""
        async with self._writing:
            connection = self._opened_writer()
            transaction = SqliteTransaction(
                session=TransactionSession(connection),
                messages=self._messages,
                search_text=self._search_text,
                clock=self._clock,
                ids=self._ids,
            )
            with translated_errors():
                try:
                    await connection.execute("BEGIN IMMEDIATE")
                    yield transaction
                    await connection.execute("COMMIT")
                except BaseException:
                    await _to_the_end(asyncio.create_task(_roll_back(connection)))
                    raise
        for listener in self._listeners:
            listener(transaction.published)

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

    async def _close(self) -> None:
        if self._writer is not None:
            await self._writer.close()
            self._writer = None
        while not self._readers.empty():
            await self._readers.get_nowait().close()


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
