"""What PostgreSQL's and the driver's errors mean to us."""

from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg

from events_face_core.kernel import StorageUnavailableError

_UNAVAILABLE = (
    # The network, the server's socket, and our own time limits: TimeoutError is an OSError.
    OSError,
    # The server is starting, stopping, out of something, or refuses this client.
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.InvalidCatalogNameError,
    asyncpg.PostgresSystemError,
    asyncpg.InternalServerError,
    # Locks: waited for too long, or in a circle; and whatever else a second try may mend.
    asyncpg.LockNotAvailableError,
    asyncpg.TransactionRollbackError,
    asyncpg.IdleInTransactionSessionTimeoutError,
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.InvalidCachedStatementError,
    # The driver found its connection closed, or out of step with the server.
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
)


@contextmanager
def translated_errors() -> Iterator[None]:
    """Turn the errors of a call to the driver into ``StorageUnavailableError``.

    What breaks a constraint or is plainly wrong stays what it is. Nothing but calls to the
    driver may stand in the block: somebody else's ``OSError`` says nothing of the database.
    """
    try:
        yield
    except _UNAVAILABLE as error:
        if isinstance(error, ValueError):
            # A value or an address that the driver cannot make sense of.
            raise
        reason = " ".join(str(error).split()) or type(error).__name__
        raise StorageUnavailableError(f"PostgreSQL: {reason}") from error
