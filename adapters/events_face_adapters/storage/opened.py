"""What every storage offers, for whoever chooses one by a setting."""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol, Self

from events_face_adapters.storage.transaction import StorageTransaction
from events_face_core.accounts import AccountReads
from events_face_core.catalogue import EventReads
from events_face_core.engagement import CommentReads, FavoriteReads, ReviewReads
from events_face_core.kernel import Message, OutboxReads
from events_face_core.processes import UpcomingHolders
from events_face_core.registration import RegistrationReads
from events_face_core.ticketing import TicketingReads

Listener = Callable[[Sequence[Message]], None]
"""Is told, after a commit, which messages it published."""


class Storage(Protocol):
    """``UnitOfWork`` and the reads on one database, opened by ``async with``.

    Attributes:
        identity: tells this database from every other, for what is shared outside of it.
    """

    identity: str

    @property
    def migrated(self) -> tuple[str, ...]:
        """The names of the steps that opening it applied to the schema."""
        ...

    @property
    def event_reads(self) -> EventReads:
        """Answers of the catalogue."""
        ...

    @property
    def registration_reads(self) -> RegistrationReads:
        """Answers of registration."""
        ...

    @property
    def favorite_reads(self) -> FavoriteReads:
        """Answers about favorites."""
        ...

    @property
    def review_reads(self) -> ReviewReads:
        """Answers about reviews and ratings."""
        ...

    @property
    def comment_reads(self) -> CommentReads:
        """Answers about comments."""
        ...

    @property
    def account_reads(self) -> AccountReads:
        """Answers of accounts."""
        ...

    @property
    def outbox_reads(self) -> OutboxReads:
        """Answers of the outbox."""
        ...

    @property
    def ticketing_reads(self) -> TicketingReads:
        """Answers of ticketing."""
        ...

    @property
    def upcoming_holders(self) -> UpcomingHolders:
        """Who is to be reminded of an event."""
        ...

    async def __aenter__(self) -> Self:
        """Connect and bring the schema up to date.

        Raises:
            StorageUnavailableError: the database cannot be opened, or stays locked.
            UnmappedMessageError: its outbox holds messages that this release cannot deliver.
        """
        ...

    async def __aexit__(self, *_: object) -> None:
        """Close every connection."""
        ...

    def __call__(self) -> AbstractAsyncContextManager[StorageTransaction]:
        """Open a transaction, as ``UnitOfWork`` says."""
        ...

    def listen(self, listener: Listener) -> None:
        """Tell a listener of every later commit of this process."""
        ...

    async def check(self) -> None:
        """Raise ``StorageUnavailableError`` unless the database answers."""
        ...
