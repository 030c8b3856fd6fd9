"""Connections to PostgreSQL: a bounded pool of them, and a single one for migrations."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from typing import TypeAlias

import asyncpg
from attrs import frozen

from events_face_adapters.storage.postgres.errors import translated_errors
from events_face_adapters.storage.postgres.limits import PostgresLimits
from events_face_core.kernel import StorageUnavailableError

Connection: TypeAlias = "asyncpg.pool.PoolConnectionProxy[asyncpg.Record]"
"""A connection out of the pool."""

# The server ends a statement in time; the client only gives up on a server that does not answer.
_SILENCE = timedelta(seconds=5)
_FAREWELL_SECONDS = 5
_SETTINGS = {
    "application_name": "events-face",
    # Days are 24 hours long in the arithmetic of the listing's bounds.
    "timezone": "UTC",
    # The best plan of a listing depends on what is asked for; planning costs microseconds.
    # Transactions keep their plans.
    "plan_cache_mode": "force_custom_plan",
    # Both pay off for seconds of work, and cost too much for milliseconds.
    "jit": "off",
    "max_parallel_workers_per_gather": "0",
}


@frozen
class PostgresPool:
    """Connections to borrow."""

    pool: "asyncpg.Pool[asyncpg.Record]"
    patience: timedelta

    async def borrow(self) -> Connection:
        """Take a connection out, to be given back in any case.

        Raises:
            StorageUnavailableError: none became free in time, or the server cannot be reached.
        """
        with translated_errors():
            if self.pool.get_idle_size():
                # There is nothing to wait for, and a timer costs a quarter of a statement.
                return await self.pool.acquire()
            try:
                # The same limit holds when it is given back.
                return await self.pool.acquire(timeout=self.patience.total_seconds())
            except TimeoutError as error:
                message = f"PostgreSQL: no connection became free within {self.patience}"
                raise StorageUnavailableError(message) from error

    async def give_back(self, connection: Connection) -> None:
        """Put a connection back; where that fails it is thrown away, and replaced when needed."""
        with suppress(StorageUnavailableError), translated_errors():
            await self.pool.release(connection)

    async def close(self) -> None:
        """Close every connection, in the end even those in use."""
        with suppress(StorageUnavailableError), translated_errors():
            async with asyncio.timeout(_FAREWELL_SECONDS):
                await self.pool.close()


async def open_pool(url: str, limits: PostgresLimits) -> PostgresPool:
    """Connect.

    Raises:
        StorageUnavailableError: the server cannot be reached.
    """
    with translated_errors():
        pool = await asyncpg.create_pool(
            url,
            min_size=limits.least_connections,
            max_size=limits.most_connections,
            timeout=limits.connecting.total_seconds(),
            command_timeout=(limits.statement + _SILENCE).total_seconds(),
            # Nothing outlives its transaction here, so there is nothing to reset.
            reset=_leave_as_it_is,
            server_settings={
                **_SETTINGS,
                "statement_timeout": _milliseconds(limits.statement),
                "lock_timeout": _milliseconds(limits.lock),
                "idle_in_transaction_session_timeout": _milliseconds(limits.idle),
            },
        )
    return PostgresPool(pool, limits.patience)


@asynccontextmanager
async def single_connection(
    url: str, limits: PostgresLimits
) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    """Open a connection without time limits for its statements: building an index takes long.

    Raises:
        StorageUnavailableError: the server cannot be reached.
    """
    with translated_errors():
        connection = await asyncpg.connect(
            url, timeout=limits.connecting.total_seconds(), server_settings=_SETTINGS
        )
    try:
        yield connection
    finally:
        connection.terminate()


async def _leave_as_it_is(_: object) -> None:
    pass


def _milliseconds(limit: timedelta) -> str:
    return str(limit // timedelta(milliseconds=1))
