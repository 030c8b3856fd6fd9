"""What PostgreSQL's and the driver's errors mean to us."""

from contextlib import AbstractContextManager
from types import TracebackType

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


class _TranslatedErrors(AbstractContextManager[None]):
    """A class, and one instance for all: around each statement a generator would be dear."""

    def __enter__(self) -> None:
        pass

    def __exit__(
        self,
        error_type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        # A ``ValueError`` is a value or an address that the driver cannot make sense of.
        if isinstance(error, _UNAVAILABLE) and not isinstance(error, ValueError):
            reason = " ".join(str(error).split()) or type(error).__name__
            raise StorageUnavailableError(f"PostgreSQL: {reason}") from error


_TRANSLATED_ERRORS = _TranslatedErrors()


def translated_errors() -> AbstractContextManager[None]:
    """Turn the errors of a call to the driver into ``StorageUnavailableError``.

    What breaks a constraint or is plainly wrong stays what it is. Nothing but calls to the
    driver may stand in the block: somebody else's ``OSError`` says nothing of the database.
    """
    return _TRANSLATED_ERRORS
