"""The decisions of registration, as pure functions.

Each takes a registration as it stands and what became known, and returns the registration as
it is from then on, with the messages that must commit beside it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from attrs import evolve, field, frozen

from events_face_core.kernel import Message
from events_face_core.registration.answers import (
    AlreadyRegisteredThere,
    Answer,
    Refused,
    Registered,
)
from events_face_core.registration.events import RegistrationDecided, TakeBackRequested
from events_face_core.registration.model import (
    Cancelled,
    Confirmed,
    Pending,
    Reason,
    Registration,
    Rejected,
    State,
)

LATE_REPLY = timedelta(minutes=1)
"""How long a reply with the ticket may still come in after we stopped waiting for it."""


@frozen(kw_only=True)
class Step:
    """What a decision leads to.

    Attributes:
        registration: the registration from now on.
        messages: what must be told or done.
        unknown: why the outcome cannot be known without an operator, or empty.
    """

    registration: Registration
    messages: tuple[Message, ...] = field(default=())
    unknown: str = ""


def take_back_not_before(message: Message, now: datetime) -> datetime | None:
    """Return how long a message waits: a blank take-back gives a late reply its chance."""
    if isinstance(message, TakeBackRequested) and not message.ticket_id:
        return now + LATE_REPLY
    return None


def begin_attempt(registration: Registration) -> Registration:
    """Record that the aggregator is about to be called.

    Saved before the call: should the process die, the next attempt knows of this one.
    """
    return evolve(
        registration,
        attempts=registration.attempts + 1,
        unanswered=registration.unanswered + 1,
    )


def attempt_not_made(registration: Registration) -> Registration:
    """Take note that the attempt under way cannot have had an effect."""
    return evolve(registration, unanswered=max(registration.unanswered - 1, 0))


def conclude(
    registration: Registration, answer: Answer, now: datetime, *, exact_retries: bool = False
) -> Step:
    """Draw the consequence of the aggregator's answer to an attempt.

    Args:
        registration: the registration, with the attempt begun. One whose decision is due is
            expired first (``expire``): a place that comes too late is taken back.
        answer: what the aggregator said.
        now: the time of the decision.
        exact_retries: whether the aggregator knows a repeated attempt as such, so that "sold"
            cannot mean the visitor's own place.
    """
    ambiguous_before = registration.unanswered > 1
    maybe_own_seat = ambiguous_before and registration.seat is not None and not exact_retries
    answered = attempt_not_made(registration)
    match answer:
        case Registered(ticket_id=ticket_id):
            return _place_taken(answered, ticket_id, now)
        case _ if not isinstance(registration.state, Pending):
            return Step(registration=answered)
        case AlreadyRegisteredThere() if ambiguous_before:
            return _decide(answered, Confirmed(decided_at=now))
        case Refused(reason=Reason.SOLD_OUT) if maybe_own_seat:
            return Step(
                registration=answered,
                unknown=(
                    f"seat {registration.seat} is already sold, maybe to this visitor: "
                    "the reply to an earlier attempt was lost"
                ),
            )
        case Refused(reason=reason):
            return _with_take_back(_decide(answered, Rejected(decided_at=now, reason=reason)))
        case AlreadyRegisteredThere():
            rejected = Rejected(decided_at=now, reason=Reason.REJECTED_BY_PROVIDER)
            return _decide(answered, rejected)


def _place_taken(registration: Registration, ticket_id: str, now: datetime) -> Step:
    """The aggregator holds a place under this ticket: keep it, or take it back."""
    match registration.state:
        case Pending():
            return _decide(evolve(registration, ticket_id=ticket_id), Confirmed(decided_at=now))
        case Confirmed() if registration.ticket_id in (None, ticket_id):
            return Step(registration=evolve(registration, ticket_id=ticket_id))
        case Confirmed():
            return _taken_back(registration, ticket_id)
        case Rejected() | Cancelled():
            # Remembered until it is given back: a new registration has to wait for that.
            return _taken_back(evolve(registration, ticket_id=ticket_id), ticket_id)


def _taken_back(registration: Registration, ticket_id: str) -> Step:
    wanted = TakeBackRequested(registration_id=registration.id, ticket_id=ticket_id)
    return Step(registration=registration, messages=(wanted,))


def settled(
    registration: Registration, wanted: TakeBackRequested, ticket_id: str | None
) -> Registration:
    """Forget the place that nobody wants: it is given back, or left to an operator.

    A new registration goes out once nothing is left of the former ones.

    Args:
        registration: the registration as it stands now.
        wanted: what asked for the place. Without a ticket it asked on behalf of every attempt
            that is unanswered; one with a ticket leaves their doubt to that other message.
        ticket_id: the ticket that it came to, if any.
    """
    if registration.active:
        return registration
    # A ticket that came in meanwhile is another's to give back.
    left = None if registration.ticket_id == ticket_id else registration.ticket_id
    unanswered = registration.unanswered if wanted.ticket_id else 0
    return evolve(registration, ticket_id=left, unanswered=unanswered)


def expire(registration: Registration, now: datetime) -> Step:
    """Reject a registration that is undecided when its decision is due."""
    if not isinstance(registration.state, Pending) or now < registration.decision_due_at:
        return Step(registration=registration)
    rejected = Rejected(decided_at=now, reason=Reason.PROVIDER_UNAVAILABLE)
    return _with_take_back(_decide(registration, rejected))


def cancel(
    registration: Registration, now: datetime, reason: Literal[Reason.EVENT_CANCELLED] | None = None
) -> Step:
    """Give the place up. Of a registration that holds none any more, nothing changes."""
    if not registration.active:
        return Step(registration=registration)
    return _with_take_back(_decide(registration, Cancelled(decided_at=now, reason=reason)))


def call_off(registration: Registration, now: datetime) -> Step:
    """End a registration because its event will not take place."""
    match registration.state:
        case Pending():
            rejected = Rejected(decided_at=now, reason=Reason.EVENT_CANCELLED)
            return _with_take_back(_decide(registration, rejected))
        case Confirmed() | Rejected() | Cancelled():
            return cancel(registration, now, Reason.EVENT_CANCELLED)


def _decide(registration: Registration, state: State) -> Step:
    decided = evolve(registration, state=state)
    told = RegistrationDecided(
        registration_id=decided.id,
        status=decided.status,
        reason=decided.reason.value if decided.reason else "",
    )
    return Step(registration=decided, messages=(told,))


def _with_take_back(step: Step) -> Step:
    """Ask for the place back wherever the aggregator holds one, or may."""
    registration = step.registration
    if registration.ticket_id is not None:
        # The ticket stands for every attempt: no other message would ever end their doubt.
        registration = evolve(registration, unanswered=0)
    elif not registration.unanswered:
        return step
    wanted = TakeBackRequested(
        registration_id=registration.id, ticket_id=registration.ticket_id or ""
    )
    return evolve(step, registration=registration, messages=(*step.messages, wanted))
