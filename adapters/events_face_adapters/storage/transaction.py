"""What the use cases find in a transaction, on every database."""

from abc import abstractmethod
from datetime import datetime
from typing import Protocol

from attrs import define, field

from events_face_adapters.storage.accounts import StoredAccounts
from events_face_adapters.storage.catalogue_states import StoredCatalogueStates
from events_face_adapters.storage.comments import StoredComments
from events_face_adapters.storage.favorites import StoredFavorites
from events_face_adapters.storage.idempotency_keys import StoredIdempotencyKeys
from events_face_adapters.storage.login_sessions import (
    StoredAttempts,
    StoredLoginSessions,
    StoredPasswordResets,
)
from events_face_adapters.storage.messages import MessageMap
from events_face_adapters.storage.notifications import StoredNotifications
from events_face_adapters.storage.own_events import (
    StoredCategories,
    StoredOwnEvents,
    StoredSeats,
)
from events_face_adapters.storage.registrations import StoredRegistrations
from events_face_adapters.storage.reviews import StoredReviews
from events_face_adapters.storage.search_text import SearchText
from events_face_adapters.storage.session import Session
from events_face_core.catalogue import Events
from events_face_core.engagement import Attendance, EventOwners
from events_face_core.kernel import Clock, Ids, Message, Outbox, Traces
from events_face_core.processes import (
    BookedAttendance,
    CatalogueKnownEvents,
    CatalogueRegistrableEvents,
    OrganizedEvents,
    OwnEventPlaces,
)
from events_face_core.ticketing import Bookings


class QueuingOutbox(Outbox, Protocol):
    """The outbox, as the publisher needs it."""

    async def add(
        self, row_id: str, message: Message, *, now: datetime, due_at: datetime, trace: str
    ) -> None:
        """Queue the delivery of a message."""
        ...


@define(kw_only=True)
class StorageTransaction:
    """The transaction of every context: they all live in the one database.

    Attributes:
        published: the messages so far, for whoever waits for the commit.
    """

    session: Session
    messages: MessageMap
    search_text: SearchText
    clock: Clock
    ids: Ids
    traces: Traces
    published: list[Message] = field(factory=list)

    @property
    @abstractmethod
    def outbox(self) -> QueuingOutbox:
        """The outbox."""

    @property
    @abstractmethod
    def events(self) -> Events:
        """The events."""

    @property
    @abstractmethod
    def idempotency_keys(self) -> StoredIdempotencyKeys:
        """The idempotency keys."""

    @property
    def catalogue_states(self) -> StoredCatalogueStates:
        """The state of the catalogue."""
        return StoredCatalogueStates(self.session)

    @property
    def registrable_events(self) -> CatalogueRegistrableEvents:
        """The events to register for."""
        return CatalogueRegistrableEvents(self.events)

    @property
    def registrations(self) -> StoredRegistrations:
        """The registrations."""
        return StoredRegistrations(self.session)

    @property
    @abstractmethod
    def bookings(self) -> Bookings:
        """The bookings."""

    @property
    def own_events(self) -> StoredOwnEvents:
        """Our own events."""
        return StoredOwnEvents(self.session, self.search_text)

    @property
    def seats(self) -> StoredSeats:
        """The counters of seats."""
        return StoredSeats(self.session)

    @property
    def categories(self) -> StoredCategories:
        """The categories."""
        return StoredCategories(self.session)

    @property
    def places(self) -> OwnEventPlaces:
        """The places that are given away here."""
        return OwnEventPlaces(self.seats)

    @property
    def notifications(self) -> StoredNotifications:
        """The notifications."""
        return StoredNotifications(self.session)

    @property
    def favorites(self) -> StoredFavorites:
        """The favorites."""
        return StoredFavorites(self.session)

    @property
    def reviews(self) -> StoredReviews:
        """The reviews."""
        return StoredReviews(self.session)

    @property
    def comments(self) -> StoredComments:
        """The comments."""
        return StoredComments(self.session)

    @property
    def known_events(self) -> CatalogueKnownEvents:
        """The events that everybody can see."""
        return CatalogueKnownEvents(self.events)

    @property
    def attendance(self) -> Attendance:
        """Who was at which event."""
        return BookedAttendance(
            bookings=self.bookings, own_events=self.own_events, clock=self.clock
        )

    @property
    def event_owners(self) -> EventOwners:
        """Whose the events are."""
        return OrganizedEvents(self.own_events)

    @property
    def accounts(self) -> StoredAccounts:
        """The accounts."""
        return StoredAccounts(self.session)

    @property
    def login_sessions(self) -> StoredLoginSessions:
        """The sessions of accounts."""
        return StoredLoginSessions(self.session)

    @property
    def password_resets(self) -> StoredPasswordResets:
        """The links that set a password."""
        return StoredPasswordResets(self.session)

    @property
    def attempts(self) -> StoredAttempts:
        """What was tried lately."""
        return StoredAttempts(self.session)

    async def publish(self, message: Message, *, not_before: datetime | None = None) -> None:
        """Run the reactions to a message and queue its delivery."""
        self.messages.check_known(message)
        self.published.append(message)
        for react in self.messages.reactions.get(message.name, ()):
            await react(self, message)
        if message.name in self.messages.delivered:
            now = self.clock.now()
            await self.outbox.add(
                self.ids.new(),
                message,
                now=now,
                due_at=not_before or now,
                trace=self.traces.current(),
            )
