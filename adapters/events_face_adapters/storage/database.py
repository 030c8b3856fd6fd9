"""A database, whichever it is, as somebody needs it who knows only ``Session``."""

from contextlib import AbstractAsyncContextManager
from typing import Protocol

from events_face_adapters.storage.session import Session


class Database(Protocol):
    """Connections to one database, and the schema in it.

    Attributes:
        migrated: the names of the steps that opening it applied to the schema.
    """

    migrated: tuple[str, ...]

    @property
    def reading(self) -> Session:
        """Runs statements that each stand alone."""
        ...

    async def open(self) -> None:
        """Connect and bring the schema up to date.

        Raises:
            StorageUnavailableError: the database cannot be opened, or stays locked.
        """
        ...

    async def close(self) -> None:
        """Close every connection; a second call changes nothing."""
        ...

    def transaction(self) -> AbstractAsyncContextManager[Session]:
        """Open a transaction: leaving the block commits, leaving it by an exception rolls back.

        Raises:
            StorageUnavailableError: the database cannot be reached, or stays locked.
        """
        ...

    async def check_there(self) -> None:
        """Raise ``StorageUnavailableError`` where it is gone though its connections answer."""
        ...
