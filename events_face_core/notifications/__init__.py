"""Notifications: what is told to whom, delivered at least once."""

from events_face_core.notifications.derived_ids import derived_id
from events_face_core.notifications.errors import NotificationRefusedError
from events_face_core.notifications.events import NotificationWritten
from events_face_core.notifications.model import Fact, Notification, Occasion
from events_face_core.notifications.ports import (
    Notifications,
    NotificationTransaction,
    Notifier,
    Texts,
)
from events_face_core.notifications.usecases.send_notification import SendNotificationHandler
from events_face_core.notifications.usecases.write_notification import NotificationWriter

__all__ = [
    "Fact",
    "Notification",
    "NotificationRefusedError",
    "NotificationTransaction",
    "NotificationWriter",
    "NotificationWritten",
    "Notifications",
    "Notifier",
    "Occasion",
    "SendNotificationHandler",
    "Texts",
    "derived_id",
]
