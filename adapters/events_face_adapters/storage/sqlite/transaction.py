"""What the use cases find in a transaction on SQLite."""

from events_face_adapters.storage.bookings import StoredBookings
from events_face_adapters.storage.idempotency_keys import StoredIdempotencyKeys
from events_face_adapters.storage.sqlite.events import SqliteEvents
from events_face_adapters.storage.sqlite.outbox import SqliteOutbox
from events_face_adapters.storage.transaction import StorageTransaction


class SqliteTransaction(StorageTransaction):
    """The transaction of every context."""

    @property
    def outbox(self) -> SqliteOutbox:
        """The outbox."""
        return SqliteOutbox(self.session, self.messages)

    @property
    def events(self) -> SqliteEvents:
        """The events."""
        return SqliteEvents(self.session, self.search_text)

    @property
    def idempotency_keys(self) -> StoredIdempotencyKeys:
        """The idempotency keys: the one writer's lock is the lock of each of them."""
        return StoredIdempotencyKeys(self.session)

    @property
    def bookings(self) -> StoredBookings:
        """The bookings."""
        return StoredBookings(self.session)
