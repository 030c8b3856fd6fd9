"""The audit service: a gRPC server with a database of its own."""

from events_face_runners.audit.security import Security, make_security
from events_face_runners.audit.server import ListenAddress, running_audit_service, serve_audit

__all__ = [
    "ListenAddress",
    "Security",
    "make_security",
    "running_audit_service",
    "serve_audit",
]
