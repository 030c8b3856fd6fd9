"""The notification service over HTTP, in the two dialects it has."""

from events_face_adapters.notifier.dialects import NotifierDialect, notifier_dialect
from events_face_adapters.notifier.notifier import HttpNotifier

__all__ = ["HttpNotifier", "NotifierDialect", "notifier_dialect"]
