"""How the repositories speak to a database, whichever it is."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol


class Row(Protocol):
    """A row, as the driver gives it."""

    def __getitem__(self, column: int, /) -> Any:  # noqa: ANN401  # a driver's value
        """Return a column."""
        ...


class Session(Protocol):
    """Runs statements in the one dialect that SQLite and PostgreSQL share.

    Parameters are written ``$1``, ``$2``…: both understand that. Instants are passed as aware
    datetimes; how a database keeps them is its own affair.
    """

    @property
    def locking(self) -> str:
        """What a ``SELECT`` ends with, so that its rows stay locked until the transaction ends."""
        ...

    async def fetch(self, statement: str, *values: object) -> Sequence[Row]:
        """Run one statement and return its rows.

        Raises:
            StorageUnavailableError: the database cannot be reached, or stays locked.
        """
        ...

    def instant(self, stored: Any) -> datetime:  # noqa: ANN401  # a driver's value
        """Return an instant out of a row, in UTC."""
        ...


def instant_or_none(session: Session, stored: Any) -> datetime | None:  # noqa: ANN401  # a driver's value
    """Return an instant out of a row where there may be none."""
    return None if stored is None else session.instant(stored)
