"""What the use cases find in a transaction on SQLite."""

from datetime import datetime

import aiosqlite
from attrs import define, field

from events_face_adapters.storage.messages import MessageMap
from events_face_adapters.storage.search_text import SearchText
from events_face_adapters.storage.sqlite.events import SqliteCatalogueStates, SqliteEvents
from events_face_adapters.storage.sqlite.notifications import SqliteNotifications
from events_face_adapters.storage.sqlite.outbox import SqliteIdempotencyKeys, SqliteOutbox
from events_face_adapters.storage.sqlite.registrations import SqliteRegistrations
from events_face_core.kernel import Clock, Ids, Message
from events_face_core.processes import CatalogueRegistrableEvents


@define
class SqliteTransaction:
    """The transaction of every context: they all live in the one file.

    Attributes:
        published: the messages so far, for whoever waits for the commit.
    """

    connection: aiosqlite.Connection
    messages: MessageMap
    search_text: SearchText
    clock: Clock
    ids: Ids
    published: list[Message] = field(factory=list)

    @property
    def outbox(self) -> SqliteOutbox:
        """The outbox."""
        return SqliteOutbox(self.connection, self.messages)

    @property
    def events(self) -> SqliteEvents:
        """The events."""
        return SqliteEvents(self.connection, self.search_text)

    @property
    def catalogue_states(self) -> SqliteCatalogueStates:
        """The state of the catalogue."""
        return SqliteCatalogueStates(self.connection)

    @property
    def registrable_events(self) -> CatalogueRegistrableEvents:
        """The events to register for."""
        return CatalogueRegistrableEvents(self.events)

    @property
    def registrations(self) -> SqliteRegistrations:
        """The registrations."""
        return SqliteRegistrations(self.connection)

    @property
    def notifications(self) -> SqliteNotifications:
        """The notifications."""
        return SqliteNotifications(self.connection)

    @property
    def idempotency_keys(self) -> SqliteIdempotencyKeys:
        """The idempotency keys."""
        return SqliteIdempotencyKeys(self.connection)

    async def publish(self, message: Message, *, not_before: datetime | None = None) -> None:
        """Run the reactions to a message and queue its delivery."""
        self.messages.check_known(message)
        self.published.append(message)
        for react in self.messages.reactions.get(message.name, ()):
            await react(self, message)
        if message.name in self.messages.delivered:
            now = self.clock.now()
            await self.outbox.add(self.ids.new(), message, now=now, due_at=not_before or now)
