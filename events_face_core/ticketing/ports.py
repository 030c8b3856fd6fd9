"""What ticketing needs from outside.

Whoever locks several things does it in one order: the event, bookings, the counter of seats.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from attrs import frozen

from events_face_core.kernel import IdempotencyKeys, Transaction
from events_face_core.ticketing.listing import (
    BookingPage,
    BookingQuery,
    OwnEventPage,
    OwnEventQuery,
    ShownOwnEvent,
)
from events_face_core.ticketing.model import Booking, Category, OwnEvent
from events_face_core.ticketing.tickets import Holder, Ticket, TicketFormat


class OwnEvents(Protocol):
    """The repository of our own events, inside one transaction."""

    async def find(self, event_id: str) -> OwnEvent | None:
        """Return an event, locked until the transaction ends. Bookings do not wait for it."""
        ...

    async def add(self, event: OwnEvent) -> None:
        """Insert a new event, with a counter of its seats."""
        ...

    async def save(self, event: OwnEvent) -> None:
        """Replace an event that was loaded in this transaction, and what its counter allows.

        Raises:
            CapacityBelowBookedError: more seats are taken than it is to have.
        """
        ...

    async def remove(self, event_id: str) -> None:
        """Delete a draft."""
        ...


class Seats(Protocol):
    """The counters of seats, inside one transaction: no more are taken than there are.

    A counter is changed by one conditional statement, and stays locked until the transaction
    ends: whoever takes seats does so last.
    """

    async def take(self, event_id: str, quantity: int, *, now: datetime) -> None:
        """Take seats.

        Raises:
            OwnEventNotFoundError: there is no such event, or it is a draft.
            BookingClosedError: it takes no bookings now.
            SoldOutError: fewer are left.
        """
        ...

    async def give_back(self, event_id: str, quantity: int) -> None:
        """Give seats back that were taken."""
        ...


class Bookings(Protocol):
    """The repository of bookings, inside one transaction."""

    async def add(self, booking: Booking) -> None:
        """Insert a new booking and take its seats at the time that it is made.

        Raises:
            AlreadyBookedError: the person has an active booking for the event.
            OwnEventNotFoundError, BookingClosedError, SoldOutError: as ``Seats.take``.
        """
        ...

    async def find(self, booking_id: str) -> Booking | None:
        """Return a booking, locked until the transaction ends."""
        ...

    async def find_active(self, event_id: str, user_id: str) -> Booking | None:
        """Return the active booking of a person for an event."""
        ...

    async def find_upcoming(self, user_id: str, *, now: datetime) -> Booking | None:
        """Return an active booking of a person for an event that has not begun, locked."""
        ...

    async def ids_of(self, user_id: str, *, after: str = "", limit: int) -> Sequence[str]:
        """Return ids of a person's bookings, active or not, in their order. Locks nothing.

        Args:
            user_id: the person.
            after: only larger ids.
            limit: the most that are returned.
        """
        ...

    async def cancel(self, bookings: Sequence[Booking]) -> None:
        """Save bookings of one event that are cancelled now, and give their seats back."""
        ...

    async def active_of(self, event_id: str, *, after: str = "", limit: int) -> Sequence[Booking]:
        """Return active bookings of an event in the order of their holders, locked.

        Args:
            event_id: the event.
            after: only those whose holders have a larger id.
            limit: the most that are returned.
        """
        ...


class Categories(Protocol):
    """The repository of categories, inside one transaction."""

    async def tree(self) -> Mapping[str, Category]:
        """Return all of them by id, locked until the transaction ends."""
        ...

    async def exists(self, category_id: str) -> bool:
        """Tell whether there is such a category: none is ever deleted."""
        ...

    async def add(self, category: Category) -> None:
        """Insert a category.

        Raises:
            CategoryNameTakenError: another has its name.
        """
        ...

    async def save(self, category: Category) -> None:
        """Replace a category.

        Raises:
            CategoryNameTakenError: another has its name.
        """
        ...


class TicketingTransaction(Transaction, Protocol):
    """What the use cases of ticketing find in a transaction."""

    @property
    def own_events(self) -> OwnEvents:
        """Our own events."""
        ...

    @property
    def seats(self) -> Seats:
        """The counters of seats."""
        ...

    @property
    def bookings(self) -> Bookings:
        """The bookings."""
        ...

    @property
    def categories(self) -> Categories:
        """The categories."""
        ...

    @property
    def idempotency_keys(self) -> IdempotencyKeys:
        """The idempotency keys that were used."""
        ...


@frozen(kw_only=True)
class Rating:
    """What those who were at an event think of it.

    Attributes:
        average: from 1 to 5; none as long as nobody has said.
        count: how many have said.
    """

    average: float | None = None
    count: int = 0


class Ratings(Protocol):
    """Knows what people think of events. Reads what is committed."""

    async def of(self, event_id: str) -> Rating:
        """Return the rating of an event."""
        ...


class TicketingReads(Protocol):
    """Answers the screens. Reads what is committed."""

    async def own_event(self, event_id: str) -> ShownOwnEvent | None:
        """Return one event."""
        ...

    async def available_seats(self, event_id: str) -> int:
        """Return how many seats of an event are left; of an unknown event, none."""
        ...

    async def own_events(self, query: OwnEventQuery) -> OwnEventPage:
        """Return a page of events."""
        ...

    async def booking(self, booking_id: str) -> Booking | None:
        """Return one booking."""
        ...

    async def bookings(self, query: BookingQuery) -> BookingPage:
        """Return a page of bookings."""
        ...

    async def categories(self) -> Sequence[Category]:
        """Return all categories by their names."""
        ...


class Holders(Protocol):
    """Knows the people behind bookings. Reads what is committed."""

    async def holder(self, user_id: str) -> Holder | None:
        """Return who a person is; nothing, if nobody is known by this id any more."""
        ...


class TicketDocuments(Protocol):
    """Makes documents of tickets."""

    async def render(self, ticket: Ticket, form: TicketFormat) -> bytes:
        """Return a document; of one ticket, the same bytes each time.

        Names of any length and script are taken: what cannot be shown is left out or cut.

        Raises:
            DependencyUnavailableError: too many are being made; ask again later.
            DocumentsUnavailableError: what makes them is not installed.
        """
        ...
