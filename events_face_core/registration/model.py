"""A visitor's registration, and what may become of it."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import ClassVar, Literal

from attrs import evolve, field, frozen

from events_face_core.kernel import Language, email_address, one_line

LONGEST_NAME = 100
LONGEST_SEAT = 50

StatusName = Literal["pending", "confirmed", "rejected", "cancelled"]


class Reason(Enum):
    """Why a registration was rejected or cancelled (http-api, "Registrations")."""

    SOLD_OUT = "sold-out"
    REGISTRATION_CLOSED = "registration-closed"
    EVENT_NOT_FOUND = "event-not-found"
    EVENT_CANCELLED = "event-cancelled"
    REJECTED_BY_PROVIDER = "rejected-by-provider"
    PROVIDER_UNAVAILABLE = "provider-unavailable"


def first_name(value: str) -> str:
    """Return the name, trimmed; or raise ``InvalidInputError``."""
    return one_line("first_name", value, longest=LONGEST_NAME)


def last_name(value: str) -> str:
    """Return the name, trimmed; or raise ``InvalidInputError``."""
    return one_line("last_name", value, longest=LONGEST_NAME)


@frozen(kw_only=True)
class Visitor:
    """Who registers. Names of 1 to 100 characters after trimming, and a valid address.

    Raises:
        InvalidInputError: a field breaks its rule.
    """

    first_name: str = field(converter=first_name)
    last_name: str = field(converter=last_name)
    email: str = field(converter=email_address)

    @property
    def email_key(self) -> str:
        """The address as addresses are compared: without regard to case."""
        return self.email.casefold()


@frozen(kw_only=True)
class EventSnapshot:
    """The event as it was when the visitor registered; it outlives the event's purge."""

    id: str
    name: str
    event_time: datetime


@frozen(kw_only=True)
class Pending:
    """No decision yet."""

    status: ClassVar[StatusName] = "pending"


@frozen(kw_only=True)
class Confirmed:
    """The aggregator holds a place for the visitor."""

    status: ClassVar[StatusName] = "confirmed"

    decided_at: datetime


@frozen(kw_only=True)
class Rejected:
    """The visitor has no place."""

    status: ClassVar[StatusName] = "rejected"

    decided_at: datetime
    reason: Reason


@frozen(kw_only=True)
class Cancelled:
    """The visitor gave the place up, or the event will not take place."""

    status: ClassVar[StatusName] = "cancelled"

    decided_at: datetime
    reason: Reason | None = None


State = Pending | Confirmed | Rejected | Cancelled


@frozen(kw_only=True)
class Registration:
    """A visitor's wish to take part in an event, and what is known of it.

    Attributes:
        id: random and unguessable; it is the visitor's status link.
        decision_due_at: a registration that is undecided then is rejected.
        attempts: calls to the aggregator that were begun.
        unanswered: those of them whose outcome is not known. More than none means that the
            aggregator may hold a place that we know no ticket of; when that place is given back,
            or left to an operator, they are forgotten.
        ticket_id: the aggregator's ticket, once known.
        idempotency_key: the key the visitor's client sent, if any.
        decided_here: whether its place was given away here, at once.
    """

    id: str
    event: EventSnapshot
    visitor: Visitor
    seat: str | None
    language: Language
    created_at: datetime
    decision_due_at: datetime
    idempotency_key: str | None = None
    attempts: int = 0
    unanswered: int = 0
    ticket_id: str | None = None
    decided_here: bool = False
    state: State = field(factory=Pending)

    @property
    def status(self) -> StatusName:
        """The state's public name."""
        return self.state.status

    @property
    def reason(self) -> Reason | None:
        """Why it was rejected or cancelled, if it was and there is a reason."""
        return self.state.reason if isinstance(self.state, Rejected | Cancelled) else None

    @property
    def decided_at(self) -> datetime | None:
        """When the last decision fell, if one did."""
        return None if isinstance(self.state, Pending) else self.state.decided_at

    @property
    def active(self) -> bool:
        """Whether it stands in the way of another with the same email for the same event."""
        return isinstance(self.state, Pending | Confirmed)

    def as_accepted(self) -> Registration:
        """Return the registration as it was when it was accepted."""
        confirmed = Confirmed(decided_at=self.created_at)
        state: State = confirmed if self.decided_here else Pending()
        return evolve(self, attempts=0, unanswered=0, ticket_id=None, state=state)


def seat_label(value: str | None) -> str | None:
    """Return the seat's label, trimmed, or nothing where no seat was asked for.

    Raises:
        InvalidInputError: it is empty, too long or not one line of text.
    """
    return None if value is None else one_line("seat", value, longest=LONGEST_SEAT)
