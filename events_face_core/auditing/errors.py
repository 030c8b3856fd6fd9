"""The rules of auditing that can be broken."""

from events_face_core.kernel import ErrorKind, EventsFaceError


class AuditRecordRefusedError(Exception):
    """The audit service will never take this record as it stands."""


class AuditRecordNotFoundError(EventsFaceError):
    """No audit record has this id."""

    kind = ErrorKind.NOT_FOUND
    slug = "audit-record-not-found"
    title = "There is no such audit record"

    def __init__(self) -> None:
        super().__init__("No audit record has this event id.")
