"""When something becomes of a registration, other systems are told."""

from __future__ import annotations

import json

from attrs import frozen

from events_face_core.announcements import AnnouncementWritten
from events_face_core.kernel import Message
from events_face_core.registration import (
    Pending,
    Registration,
    RegistrationAccepted,
    RegistrationDecided,
    RegistrationNotFoundError,
    RegistrationTransaction,
)


@frozen(kw_only=True)
class AnnounceRegistration:
    """Reacts to ``registration.accepted`` and ``registration.decided`` as they are published.

    What it writes speaks of no person: a topic is kept for long and read by many, and nobody
    could take a name out of it again.
    """

    async def __call__(self, tx: RegistrationTransaction, message: Message) -> None:
        """Write the announcement; it is delivered after those of this registration before it."""
        status: str
        match message:
            case RegistrationAccepted():
                status, reason = Pending.status, ""
            case RegistrationDecided():
                status, reason = message.status, message.reason
            case _:
                raise TypeError(f"{message.name} is not for this process")
        registration = await tx.registrations.find(message.registration_id)
        if registration is None:
            raise RegistrationNotFoundError
        await tx.publish(_announcement(registration, status, reason))


def _announcement(registration: Registration, status: str, reason: str) -> AnnouncementWritten:
    occurred_at = registration.decided_at or registration.created_at
    data = {
        "registration_id": registration.id,
        "event_id": registration.event.id,
        "status": status,
        "reason": reason or None,
        "created_at": registration.created_at.isoformat(),
        "decided_at": registration.decided_at and registration.decided_at.isoformat(),
    }
    return AnnouncementWritten(
        type="registration.accepted" if status == Pending.status else f"registration.{status}",
        subject=registration.id,
        occurred_at=occurred_at.isoformat(),
        data=json.dumps(data),
    )
