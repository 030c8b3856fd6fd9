"""The audit service over gRPC: its messages, and our way to it."""

from events_face_adapters.auditing.client import GrpcAuditLog, bearer, open_audit_log
from events_face_adapters.auditing.wire import (
    from_wire,
    query_from_wire,
    query_to_wire,
    to_page_token,
    to_wire,
)

__all__ = [
    "GrpcAuditLog",
    "bearer",
    "from_wire",
    "open_audit_log",
    "query_from_wire",
    "query_to_wire",
    "to_page_token",
    "to_wire",
]
