"""The SQLite file with everything in it, opened."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Self

from events_face_adapters.storage.accounts import StoredAccountReads
from events_face_adapters.storage.catalogue_states import read_identity
from events_face_adapters.storage.comments import StoredCommentReads
from events_face_adapters.storage.event_reads import StoredEventReads
from events_face_adapters.storage.favorites import StoredFavoriteReads
from events_face_adapters.storage.messages import MessageMap
from events_face_adapters.storage.opened import Listener
from events_face_adapters.storage.outbox import StoredOutboxReads
from events_face_adapters.storage.registrations import StoredRegistrationReads
from events_face_adapters.storage.review_reads import StoredReviewReads
from events_face_adapters.storage.search_text import SearchText
from events_face_adapters.storage.sqlite.database import SqliteDatabase
from events_face_adapters.storage.sqlite.question import SqliteQuestion
from events_face_adapters.storage.sqlite.transaction import SqliteTransaction
from events_face_adapters.storage.ticketing_reads import StoredTicketingReads
from events_face_adapters.storage.upcoming_holders import StoredUpcomingHolders
from events_face_core.kernel import NO_TRACES, Clock, Ids, Traces

_SCHEMA = "events_face_adapters.storage.sqlite.migrations"


class SqliteStorage:
    """``UnitOfWork`` and the reads, on one file."""

    def __init__(  # an argument for each port
        self,
        path: Path,
        *,
        messages: MessageMap,
        clock: Clock,
        ids: Ids,
        traces: Traces = NO_TRACES,
    ) -> None:
        self.identity = ""
        self.path = path
        self._messages = messages
        self._clock = clock
        self._ids = ids
        self._traces = traces
        self._search_text = SearchText()
        self._listeners: list[Listener] = []
        self._database = SqliteDatabase(path, schema=_SCHEMA)
        self._reading = self._database.reading
        self.event_reads = StoredEventReads(self._reading, self._search_text, SqliteQuestion)
        self.registration_reads = StoredRegistrationReads(self._reading)
        self.favorite_reads = StoredFavoriteReads(self._reading)
        self.review_reads = StoredReviewReads(self._reading)
        self.comment_reads = StoredCommentReads(self._reading)
        self.account_reads = StoredAccountReads(self._reading)
        self.outbox_reads = StoredOutboxReads(self._reading)
        self.ticketing_reads = StoredTicketingReads(self._reading, self._search_text)
        self.upcoming_holders = StoredUpcomingHolders(self._reading)

    async def __aenter__(self) -> Self:
        """Open the file and bring its schema up to date.

        Raises:
            StorageUnavailableError: it cannot be opened, or stays locked.
            UnmappedMessageError: its outbox holds messages that this release cannot deliver.
        """
        await self._database.open()
        try:
            self._messages.check_deliverable(await self.outbox_reads.waiting_messages())
            self.identity = await read_identity(self._reading)
        except BaseException:
            await self._database.close()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close every connection."""
        await self._database.close()

    @property
    def migrated(self) -> tuple[str, ...]:
        """The names of the steps that opening it applied to the schema."""
        return self._database.migrated

    def listen(self, listener: Listener) -> None:
        """Tell a listener of every later commit of this process."""
        self._listeners.append(listener)

    async def check(self) -> None:
        """Raise ``StorageUnavailableError`` unless the database answers."""
        await self._reading.fetch("SELECT version FROM catalogue_state")
        await self._database.check_there()

    @asynccontextmanager
    async def __call__(self) -> AsyncIterator[SqliteTransaction]:
        """Open a transaction, as ``UnitOfWork`` says."""
        async with self._database.transaction() as session:
            transaction = SqliteTransaction(
                session=session,
                messages=self._messages,
                search_text=self._search_text,
                clock=self._clock,
                ids=self._ids,
                traces=self._traces,
            )
            yield transaction
        for listener in self._listeners:
            listener(transaction.published)
