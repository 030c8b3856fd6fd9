"""The work that auditing leaves for later."""

from typing import ClassVar

from attrs import frozen

from events_face_core.kernel import Message


@frozen(kw_only=True)
class AuditRecordWritten(Message):
    """Somebody changed something: have it kept by the audit service.

    Records carry their own time, so the order of their delivery does not matter.

    Attributes:
        action: what was done, such as ``booking.confirmed``.
        entity: what kind of thing was changed, such as ``booking``.
        entity_id: the id of the thing that was changed.
        actor_id: whose account acted; empty for a guest, ``system`` for our own processes.
        request_id: the request that asked for it; empty where none did.
        occurred_at: when, in ISO 8601 with an offset.
        details: what else there is to say: a JSON object of strings.
    """

    name: ClassVar[str] = "audit.record-written"

    action: str
    entity: str
    entity_id: str
    actor_id: str
    request_id: str
    occurred_at: str
    details: str
