"""Auditing: who changed what and when, kept outside, each change once."""

from events_face_core.auditing.errors import AuditRecordNotFoundError, AuditRecordRefusedError
from events_face_core.auditing.events import AuditRecordWritten
from events_face_core.auditing.model import AuditPage, AuditPlace, AuditQuery, AuditRecord
from events_face_core.auditing.ports import AuditLog, AuditReads, AuditRecords
from events_face_core.auditing.usecases.send_audit_record import SendAuditRecordHandler

__all__ = [
    "AuditLog",
    "AuditPage",
    "AuditPlace",
    "AuditQuery",
    "AuditReads",
    "AuditRecord",
    "AuditRecordNotFoundError",
    "AuditRecordRefusedError",
    "AuditRecordWritten",
    "AuditRecords",
    "SendAuditRecordHandler",
]
