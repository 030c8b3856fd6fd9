"""Protection on the way to outside services: breaker, bulkhead, deadline, and ports behind them."""

from events_face_adapters.resilience.breaker import Breaker, CircuitState
from events_face_adapters.resilience.bulkhead import Bulkhead
from events_face_adapters.resilience.deadline import Deadline
from events_face_adapters.resilience.errors import CallRejectedError
from events_face_adapters.resilience.guard import Guard, Observe
from events_face_adapters.resilience.ports import (
    GuardedAnnouncer,
    GuardedAuditLog,
    GuardedEventSource,
    GuardedNotifier,
    GuardedRegistrationGateway,
)
from events_face_adapters.resilience.retrying import RetryingEventSource

__all__ = [
    "Breaker",
    "Bulkhead",
    "CallRejectedError",
    "CircuitState",
    "Deadline",
    "Guard",
    "GuardedAnnouncer",
    "GuardedAuditLog",
    "GuardedEventSource",
    "GuardedNotifier",
    "GuardedRegistrationGateway",
    "Observe",
    "RetryingEventSource",
]
