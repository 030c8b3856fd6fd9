"""When a registration is decided, its visitor is told (requirement 000, functional 4)."""

from __future__ import annotations

from typing import Protocol

from attrs import frozen

from events_face_core.kernel import Message
from events_face_core.notifications import NotificationTransaction, NotificationWriter, Occasion
from events_face_core.registration import (
    Reason,
    Registration,
    RegistrationDecided,
    RegistrationNotFoundError,
    RegistrationTransaction,
)

TEMPLATES = (
    "registration-confirmed",
    "registration-cancelled",
    f"registration-cancelled-{Reason.EVENT_CANCELLED.value}",
    *(f"registration-rejected-{reason.value}" for reason in Reason),
)
"""Every text that this process may ask for."""


class TellVisitorTransaction(RegistrationTransaction, NotificationTransaction, Protocol):
    """A transaction in which both contexts live."""


@frozen(kw_only=True)
class TellVisitor:
    """Reacts to ``registration.decided`` in the deciding transaction."""

    writer: NotificationWriter

    async def __call__(self, tx: TellVisitorTransaction, message: Message) -> None:
        """Write the notification of the decision."""
        if not isinstance(message, RegistrationDecided):
            raise TypeError(f"{message.name} is not for this process")
        registration = await tx.registrations.find(message.registration_id)
        if registration is None:
            raise RegistrationNotFoundError
        await self.writer.write(tx, _occasion(registration, message))


def _occasion(registration: Registration, decided: RegistrationDecided) -> Occasion:
    template = f"registration-{decided.status}"
    if decided.reason:
        template = f"{template}-{decided.reason}"
    return Occasion(
        reference_id=registration.id,
        email=registration.visitor.email,
        language=registration.language.value,
        template=template,
        facts={
            "first_name": registration.visitor.first_name,
            "last_name": registration.visitor.last_name,
            "event_name": registration.event.name,
            "event_time": registration.event.event_time,
            "seat": registration.seat,
        },
    )
