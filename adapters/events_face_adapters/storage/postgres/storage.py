"""The PostgreSQL database, opened."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from typing import Self

import asyncpg

from events_face_adapters.storage.catalogue_states import read_identity
from events_face_adapters.storage.event_reads import StoredEventReads
from events_face_adapters.storage.messages import MessageMap
from events_face_adapters.storage.opened import Listener
from events_face_adapters.storage.outbox import StoredOutboxReads
from events_face_adapters.storage.postgres.connecting import Connection, PostgresPool, open_pool
from events_face_adapters.storage.postgres.errors import translated_errors
from events_face_adapters.storage.postgres.limits import PostgresLimits
from events_face_adapters.storage.postgres.migrating import migrate
from events_face_adapters.storage.postgres.question import PostgresQuestion
from events_face_adapters.storage.postgres.sessions import ReadingSession, TransactionSession
from events_face_adapters.storage.postgres.transaction import PostgresTransaction
from events_face_adapters.storage.registrations import StoredRegistrationReads
from events_face_adapters.storage.search_text import SearchText
from events_face_adapters.storage.ticketing_reads import StoredTicketingReads
from events_face_core.kernel import Clock, Ids, StorageUnavailableError

_DEFAULT_LIMITS = PostgresLimits()


class PostgresStorage:
    """``UnitOfWork`` and the reads, on one database that any number of processes share.

    When the connection is lost while a transaction commits, nobody knows whether it did: that
    too is a ``StorageUnavailableError``, and callers repeat what they do under the same key.
    """

    def __init__(
        self,
        url: str,
        *,
        messages: MessageMap,
        clock: Clock,
        ids: Ids,
        limits: PostgresLimits = _DEFAULT_LIMITS,
    ) -> None:
        self.migrated: tuple[str, ...] = ()
        self.identity = ""
        self._url = url
        self._limits = limits
        self._messages = messages
        self._clock = clock
        self._ids = ids
        self._search_text = SearchText()
        self._pool: PostgresPool | None = None
        self._listeners: list[Listener] = []
        self._reading = ReadingSession(self._connection)
        self.event_reads = StoredEventReads(self._reading, self._search_text, PostgresQuestion)
        self.registration_reads = StoredRegistrationReads(self._reading)
        self.outbox_reads = StoredOutboxReads(self._reading)
        self.ticketing_reads = StoredTicketingReads(self._reading, self._search_text)

    async def __aenter__(self) -> Self:
        """Connect and bring the schema up to date.

        Raises:
            StorageUnavailableError: the server cannot be reached, or stays locked.
            UnmappedMessageError: the outbox holds messages that this release cannot deliver.
        """
        self.migrated = await migrate(self._url, self._limits)
        self._pool = await open_pool(self._url, self._limits)
        try:
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

    @asynccontextmanager
    async def __call__(self) -> AsyncIterator[PostgresTransaction]:
        """Open a transaction, as ``UnitOfWork`` says."""
        async with self._connection() as connection:
            transaction = PostgresTransaction(
                session=TransactionSession(connection),
                messages=self._messages,
                search_text=self._search_text,
                clock=self._clock,
                ids=self._ids,
            )
            async with _committed(connection):
                yield transaction
            for listener in self._listeners:
                listener(transaction.published)

    def _connection(self) -> AbstractAsyncContextManager[Connection]:
        if self._pool is None:
            raise StorageUnavailableError("The storage is not open.")
        return self._pool.connection()

    async def _close(self) -> None:
        if self._pool is not None:
            await self._pool.close()
            self._pool = None


@asynccontextmanager
async def _committed(connection: Connection) -> AsyncIterator[None]:
    """Commit what the block does, or roll it back if it raises."""
    transaction = connection.transaction()
    try:
        with translated_errors():
            await transaction.start()
        yield
        with translated_errors():
            await transaction.commit()
    except BaseException:
        await _roll_back(connection, transaction)
        raise


async def _roll_back(
    connection: Connection, transaction: "asyncpg.transaction.Transaction"
) -> None:
    """Roll back, or cut the connection: the server then rolls back on its own."""
    try:
        with translated_errors():
            await transaction.rollback()
    except BaseException as error:
        # Where the server closed the connection, the driver has put it away already.
        with suppress(asyncpg.InterfaceError):
            connection.terminate()
        if not isinstance(error, StorageUnavailableError):
            raise
