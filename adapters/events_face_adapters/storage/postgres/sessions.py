"""Sessions on PostgreSQL: inside a transaction, and for reads of their own."""

from collections.abc import Callable, Sequence
from datetime import datetime

from attrs import frozen

from events_face_adapters.storage.postgres.connecting import Connection, PostgresPool
from events_face_adapters.storage.postgres.errors import translated_errors
from events_face_adapters.storage.session import Row


@frozen
class TransactionSession:
    """``Session`` in one transaction.

    Transactions lock in one order, so that they never wait for each other in a circle: the
    idempotency key, the counts of attempts, accounts that are admins (by id), accounts, their
    sessions and links, our own event, bookings and registrations, the counter of seats, the
    catalogue's state, events (by id), notifications, rows of the outbox. Where a statement would
    lock in another order, it skips what is locked.

    Events that are only read are not locked: a thousand visitors register for one event at
    once, and whoever decides over versions of events holds the lock on the catalogue's state.
    """

    connection: Connection
    locking: str = " FOR UPDATE"

    async def fetch(self, statement: str, *values: object) -> Sequence[Row]:
        """Run one statement and return its rows."""
        with translated_errors():
            return await self.connection.fetch(statement, *values)

    def instant(self, stored: datetime) -> datetime:
        """Return an instant: the driver gives it in UTC."""
        return stored


@frozen
class ReadingSession:
    """``Session`` where every statement stands alone, on whichever connection is free."""

    get_pool: Callable[[], PostgresPool]
    locking: str = ""

    async def fetch(self, statement: str, *values: object) -> Sequence[Row]:
        """Run one statement and return its rows."""
        pool = self.get_pool()
        connection = await pool.borrow()
        try:
            with translated_errors():
                return await connection.fetch(statement, *values)
        finally:
            await pool.give_back(connection)

    def instant(self, stored: datetime) -> datetime:
        """Return an instant: the driver gives it in UTC."""
        return stored
