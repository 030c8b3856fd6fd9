"""What the use cases find in a transaction on PostgreSQL."""

from events_face_adapters.storage.postgres.bookings import PostgresBookings
from events_face_adapters.storage.postgres.events import PostgresEvents
from events_face_adapters.storage.postgres.outbox import PostgresIdempotencyKeys, PostgresOutbox
from events_face_adapters.storage.transaction import StorageTransaction


class PostgresTransaction(StorageTransaction):
    """The transaction of every context."""

    @property
    def outbox(self) -> PostgresOutbox:
        """The outbox."""
        return PostgresOutbox(self.session, self.messages)

    @property
    def events(self) -> PostgresEvents:
        """The events."""
        return PostgresEvents(self.session, self.search_text)

    @property
    def idempotency_keys(self) -> PostgresIdempotencyKeys:
        """The idempotency keys."""
        return PostgresIdempotencyKeys(self.session)

    @property
    def bookings(self) -> PostgresBookings:
        """The bookings."""
        return PostgresBookings(self.session)
