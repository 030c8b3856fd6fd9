"""Take a visitor's registration (requirement 000, functional 3).

The aggregator decides of its events later; of our own events it is decided at once.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from attrs import frozen

from events_face_core.kernel import (
    Clock,
    IdempotencyKey,
    Ids,
    InvalidInputError,
    Language,
    UnitOfWork,
    check_each,
    email_address,
)
from events_face_core.registration.errors import (
    AlreadyRegisteredError,
    EventUnknownError,
    RegistrationClosedError,
)
from events_face_core.registration.events import RegistrationAccepted, RegistrationDecided
from events_face_core.registration.model import (
    Confirmed,
    Pending,
    Registration,
    Visitor,
    first_name,
    last_name,
    seat_label,
)
from events_face_core.registration.ports import RegistrableEvent, RegistrationTransaction


@frozen(kw_only=True)
class AcceptRegistration:
    """A visitor wants to take part in an event."""

    event_id: str
    first_name: str
    last_name: str
    email: str
    seat: str | None = None
    language: Language = Language.RUSSIAN
    idempotency_key: IdempotencyKey | None = None


@frozen(kw_only=True)
class AcceptRegistrationHandler:
    """Answers from our own database alone; the aggregator is asked later. Anybody may register."""

    unit_of_work: UnitOfWork[RegistrationTransaction]
    clock: Clock
    ids: Ids
    decision_window: timedelta

    async def __call__(self, command: AcceptRegistration) -> Registration:
        """Accept the registration; a repeated idempotent call returns it as first accepted.

        Raises:
            InvalidInputError: fields break their rules.
            IdempotencyKeyReusedError: the key was sent with another request before.
            EventUnknownError, RegistrationClosedError, AlreadyRegisteredError,
            NoPlaceLeftError: as they say.
        """
        visitor, seat = _checked(command)
        key = command.idempotency_key
        async with self.unit_of_work() as tx:
            if key is not None and (first_use := await tx.idempotency_keys.first_use(key.value)):
                return await _as_accepted(tx, first_use.answer_to(key))
            now = self.clock.now()
            event = check_open(await tx.registrable_events.find(command.event_id), now)
            registration = Registration(
                id=self.ids.new(),
                event=event.snapshot,
                visitor=visitor,
                seat=seat,
                language=command.language,
                created_at=now,
                decision_due_at=now + self.decision_window,
                idempotency_key=None if key is None else key.value,
                decided_here=event.decided_here,
                state=Confirmed(decided_at=now) if event.decided_here else Pending(),
            )
            await _add(tx, registration)
            if key is not None:
                await tx.idempotency_keys.keep(key, registration.id, now=now)
            await _go_on(tx, registration)
        return registration


def _checked(command: AcceptRegistration) -> tuple[Visitor, str | None]:
    """Return the visitor and the seat; of what breaks its rule, everything is told at once."""
    try:
        visitor = Visitor(
            first_name=command.first_name, last_name=command.last_name, email=command.email
        )
        return visitor, seat_label(command.seat)
    except InvalidInputError:
        check_each(
            lambda: first_name(command.first_name),
            lambda: last_name(command.last_name),
            lambda: email_address(command.email),
            lambda: seat_label(command.seat),
        )
        raise


def check_open(event: RegistrableEvent | None, now: datetime) -> RegistrableEvent:
    """Return the event if it takes registrations now.

    Raises:
        EventUnknownError: there is none.
        RegistrationClosedError: it is not open, or its deadline has come.
    """
    if event is None:
        raise EventUnknownError
    if not event.open or now >= event.registration_deadline:
        raise RegistrationClosedError
    return event


async def _add(tx: RegistrationTransaction, registration: Registration) -> None:
    """Add it; where another is in the way, only the client that made that one is told which.

    Raises:
        AlreadyRegisteredError: another active one of the same email and event is in the way.
    """
    try:
        await tx.registrations.add(registration)
    except AlreadyRegisteredError:
        key = registration.idempotency_key
        if key is None:
            raise
        email_key = registration.visitor.email_key
        twin = await tx.registrations.find_active(registration.event.id, email_key)
        if twin is not None and twin.idempotency_key == key:
            raise AlreadyRegisteredError(twin.id) from None
        raise


async def _go_on(tx: RegistrationTransaction, registration: Registration) -> None:
    """Leave it to the aggregator; or decide here, where the places are our own to give."""
    if not registration.decided_here:
        await tx.publish(RegistrationAccepted(registration_id=registration.id))
        return
    await tx.publish(
        RegistrationDecided(registration_id=registration.id, status=registration.status)
    )
    await tx.places.take(registration.event.id, now=registration.created_at)


async def _as_accepted(tx: RegistrationTransaction, registration_id: str) -> Registration:
    """Return a registration as it was answered at first, whatever became of it since."""
    registration = await tx.registrations.find(registration_id)
    if registration is None:  # pragma: no cover  # registrations are never deleted
        raise EventUnknownError
    return registration.as_accepted()
