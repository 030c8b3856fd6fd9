"""One PostgreSQL database: a pool of connections, and the schema in it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import asyncpg

from events_face_adapters.storage.postgres.connecting import Connection, PostgresPool, open_pool
from events_face_adapters.storage.postgres.errors import translated_errors
from events_face_adapters.storage.postgres.limits import PostgresLimits
from events_face_adapters.storage.postgres.migrating import migrate
from events_face_adapters.storage.postgres.sessions import ReadingSession, TransactionSession
from events_face_core.kernel import StorageUnavailableError

AUDIT_SCHEMA = "events_face_adapters.storage.postgres.audit_migrations"
"""The steps of the audit service's own database."""

_DEFAULT_LIMITS = PostgresLimits()

# In words: the driver's object for a transaction is for those that are nested. Statements in
# transactions go by keys, so their plans are kept: planning each anew is a third of the server's
# work. A kept plan may be older than most rows of a table, so it never reads one through.
_BEGIN = "BEGIN; SET LOCAL plan_cache_mode = auto; SET LOCAL enable_seqscan = off"


class PostgresDatabase:
    """``Database`` on a server that any number of processes share.

    When the connection is lost while a transaction commits, nobody knows whether it did: that
    too is a ``StorageUnavailableError``, and callers repeat what they do under the same key.

    Args:
        url: the database.
        schema: the package of the steps that bring the schema up to date.
        limits: how long the server is waited for.
    """

    def __init__(self, url: str, *, schema: str, limits: PostgresLimits = _DEFAULT_LIMITS) -> None:
        self.migrated: tuple[str, ...] = ()
        self.reading = ReadingSession(self._opened_pool)
        self._url = url
        self._schema = schema
        self._limits = limits
        self._pool: PostgresPool | None = None

    async def open(self) -> None:
        """Connect and bring the schema up to date.

        Raises:
            StorageUnavailableError: the server cannot be reached, or stays locked.
        """
        self.migrated = await migrate(self._url, self._limits, self._schema)
        self._pool = await open_pool(self._url, self._limits)

    async def close(self) -> None:
        """Close every connection."""
        if self._pool is not None:
            await self._pool.close()
            self._pool = None

    async def check_there(self) -> None:
        """Do nothing: a connection to a database that is gone does not answer."""

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[TransactionSession]:
        """Open a transaction."""
        pool = self._opened_pool()
        connection = await pool.borrow()
        try:
            with translated_errors():
                await connection.execute(_BEGIN)
            yield TransactionSession(connection)
            with translated_errors():
                await connection.execute("COMMIT")
        except BaseException:
            await _roll_back(connection)
            raise
        finally:
            await pool.give_back(connection)

    def _opened_pool(self) -> PostgresPool:
        if self._pool is None:
            raise StorageUnavailableError("The storage is not open.")
        return self._pool


async def _roll_back(connection: Connection) -> None:
    """Roll back, or cut the connection: the server then rolls back on its own."""
    try:
        with translated_errors():
            await connection.execute("ROLLBACK")
    except BaseException as error:
        # Where the server closed the connection, the driver has put it away already.
        with suppress(asyncpg.InterfaceError):
            connection.terminate()
        if not isinstance(error, StorageUnavailableError):
            raise
