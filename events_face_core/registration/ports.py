"""What registration needs from outside."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Protocol

from attrs import frozen

from events_face_core.kernel import IdempotencyKeys, Transaction
from events_face_core.registration.answers import Answer, TakeBackAnswer
from events_face_core.registration.model import EventSnapshot, Registration


@frozen(kw_only=True)
class RegistrableEvent:
    """What registration wants to know of an event.

    Attributes:
        open: whether the event takes registrations, its deadline aside.
        cancelled: whether it will not take place.
        decided_here: whether its places are given away here, and not at the aggregator.
    """

    snapshot: EventSnapshot
    open: bool
    cancelled: bool
    registration_deadline: datetime
    decided_here: bool = False


class RegistrationGateway(Protocol):
    """Registers visitors at the one who owns the places."""

    @property
    def idempotent(self) -> bool:
        """Whether a repeated ``register`` of one registration returns the first one's ticket."""
        ...

    async def register(self, registration: Registration) -> Answer:
        """Ask for a place; the registration's id is sent as idempotency key.

        Raises:
            DependencyUnavailableError: there is no answer; its ``reached`` tells whether the
                place may have been taken all the same.
        """
        ...

    async def take_back(self, event_id: str, ticket_id: str) -> TakeBackAnswer:
        """Give a place back. A ticket that is unknown there counts as taken back.

        Raises:
            DependencyUnavailableError: there is no answer; asking again is harmless.
        """
        ...


class Registrations(Protocol):
    """The repository of registrations, inside one transaction."""

    async def find(self, registration_id: str) -> Registration | None:
        """Return a registration, locked until the transaction ends."""
        ...

    async def find_active(self, event_id: str, email_key: str) -> Registration | None:
        """Return the pending or confirmed registration of an email for an event."""
        ...

    async def holds_former_place(self, event_id: str, email_key: str) -> bool:
        """Tell whether a rejected or cancelled one of this email and event may hold a place.

        It does as long as it has a ticket or an unanswered attempt.
        """
        ...

    async def add(self, registration: Registration) -> None:
        """Insert a new registration.

        Raises:
            AlreadyRegisteredError: another active one of the same email and event got in first.
                The transaction goes on, and ``find_active`` finds it there.
        """
        ...

    async def save(self, registration: Registration) -> None:
        """Replace a registration that was loaded in this transaction."""
        ...

    async def active_of(self, event_id: str, *, limit: int) -> Sequence[str]:
        """Return ids of pending and confirmed registrations of an event."""
        ...

    async def overdue(self, now: datetime, *, limit: int) -> Sequence[str]:
        """Return the ids of pending registrations whose decision is due, the oldest first."""
        ...


class RegistrableEvents(Protocol):
    """Knows the events that can be registered for, inside one transaction."""

    async def find(self, event_id: str) -> RegistrableEvent | None:
        """Return an event."""
        ...


class Places(Protocol):
    """The places at events whose places are given away here, inside one transaction.

    Everybody who wants one waits for the same row: take it last.
    """

    async def take(self, event_id: str, *, now: datetime) -> None:
        """Take a place.

        Raises:
            EventUnknownError: there is no such event.
            RegistrationClosedError: it takes no registrations now.
            NoPlaceLeftError: every place is taken.
        """
        ...

    async def give_back(self, event_id: str) -> None:
        """Give a place back that was taken."""
        ...


class RegistrationTransaction(Transaction, Protocol):
    """What the use cases of registration find in a transaction."""

    @property
    def registrations(self) -> Registrations:
        """The registrations."""
        ...

    @property
    def registrable_events(self) -> RegistrableEvents:
        """The events to register for."""
        ...

    @property
    def places(self) -> Places:
        """The places that are given away here."""
        ...

    @property
    def idempotency_keys(self) -> IdempotencyKeys:
        """The idempotency keys that were used."""
        ...


class RegistrationReads(Protocol):
    """Answers the screens and the analysts. Reads what is committed."""

    async def find(self, registration_id: str) -> Registration | None:
        """Return one registration."""
        ...

    def export(self, *, since: datetime | None) -> AsyncIterator[Registration]:
        """Stream the registrations created at an instant or later, the oldest first."""
        ...
