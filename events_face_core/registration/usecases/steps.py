"""What the use cases of registration share: load one, commit one decision."""

from __future__ import annotations

from datetime import datetime

from events_face_core.registration.deciding import Step, take_back_not_before
from events_face_core.registration.errors import RegistrationNotFoundError
from events_face_core.registration.model import Registration
from events_face_core.registration.ports import RegistrationTransaction


async def load(tx: RegistrationTransaction, registration_id: str) -> Registration:
    """Return a registration, or raise ``RegistrationNotFoundError``."""
    registration = await tx.registrations.find(registration_id)
    if registration is None:
        raise RegistrationNotFoundError
    return registration


async def commit_step(
    tx: RegistrationTransaction, before: Registration, step: Step, now: datetime
) -> None:
    """Save the registration if it changed, and publish what the decision tells.

    A place that was given away here is given back here.
    """
    if step.registration != before:
        await tx.registrations.save(step.registration)
    for message in step.messages:
        await tx.publish(message, not_before=take_back_not_before(message, now))
    if before.decided_here and before.active and not step.registration.active:
        await tx.places.give_back(before.event.id)
