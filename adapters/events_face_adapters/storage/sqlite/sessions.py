"""Sessions on SQLite, and how they keep instants: exact, ordered and small."""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime, timedelta

import aiosqlite
from attrs import frozen

from events_face_adapters.storage.session import Row
from events_face_adapters.storage.sqlite.connecting import translated_errors

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def to_stored(value: object) -> object:
    """Return a value as it is stored: an instant as the microseconds since 1970."""
    return (value - _EPOCH) // _MICROSECOND if isinstance(value, datetime) else value


@frozen
class TransactionSession:
    """``Session`` in one transaction. There is one writer at a time, so its rows are locked."""

    connection: aiosqlite.Connection
    locking: str = ""

    async def fetch(self, statement: str, *values: object) -> Sequence[Row]:
        """Run one statement and return its rows."""
        return await _fetch(self.connection, statement, values)

    def instant(self, stored: int) -> datetime:
        """Return an instant, in UTC."""
        return _EPOCH + timedelta(microseconds=stored)


@frozen
class ReadingSession:
    """``Session`` where every statement stands alone, on whichever connection is free."""

    borrow: Callable[[], AbstractAsyncContextManager[aiosqlite.Connection]]
    locking: str = ""

    async def fetch(self, statement: str, *values: object) -> Sequence[Row]:
        """Run one statement and return its rows."""
        async with self.borrow() as connection:
            with translated_errors():
                return await _fetch(connection, statement, values)

    def instant(self, stored: int) -> datetime:
        """Return an instant, in UTC."""
        return _EPOCH + timedelta(microseconds=stored)


async def _fetch(
    connection: aiosqlite.Connection, statement: str, values: Sequence[object]
) -> Sequence[Row]:
    parameters = {str(number): to_stored(value) for number, value in enumerate(values, start=1)}
    return list(await connection.execute_fetchall(statement, parameters))
