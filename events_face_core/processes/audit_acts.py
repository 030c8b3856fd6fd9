"""When somebody changes something, the change is audited with who made it."""

from __future__ import annotations

import json

from attrs import asdict, frozen

from events_face_core.auditing import AuditRecordWritten
from events_face_core.kernel import GUEST, SYSTEM, Act, Clock, Message, Publisher, RequestIds
from events_face_core.registration import Cancelled, RegistrationAccepted, RegistrationDecided


def is_audited(message_type: type[Message]) -> bool:
    """Tell whether messages of a type say that somebody changed something."""
    return issubclass(message_type, (Act, RegistrationAccepted, RegistrationDecided))


@frozen(kw_only=True)
class AuditActs:
    """Reacts to every act as it is published: the record commits with the change or not at all.

    Registrations are audited as well, though their messages name nobody: a visitor is a guest,
    and whatever no visitor asked for was decided by the system.
    """

    clock: Clock
    request_ids: RequestIds

    async def __call__(self, tx: Publisher, message: Message) -> None:
        """Write the record; it is delivered later, however long the audit service is away."""
        entity, entity_id, actor_id = _who_and_what(message)
        await tx.publish(
            AuditRecordWritten(
                action=message.name,
                entity=entity,
                entity_id=entity_id,
                actor_id=actor_id,
                request_id=self.request_ids.current(),
                occurred_at=self.clock.now().isoformat(),
                details=json.dumps(_details(message, entity_id)),
            )
        )


def _who_and_what(message: Message) -> tuple[str, str, str]:
    """Return what kind of thing was changed, which one, and by whom."""
    match message:
        case Act():
            return message.entity, message.entity_id, message.actor_id
        case RegistrationAccepted():
            return "registration", message.registration_id, GUEST.id
        case RegistrationDecided(status=Cancelled.status, reason=""):
            return "registration", message.registration_id, GUEST.id
        case RegistrationDecided():
            return "registration", message.registration_id, SYSTEM.id
        case _:
            raise TypeError(f"{message.name} is not for this process")


def _details(message: Message, entity_id: str) -> dict[str, str]:
    """Return the fields that stand nowhere else in the record."""
    fields = asdict(message)
    fields.pop("actor_id", None)
    return {
        name: value if isinstance(value, str) else json.dumps(value)
        for name, value in fields.items()
        if value is not None and value != entity_id
    }
