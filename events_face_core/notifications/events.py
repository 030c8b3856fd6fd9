"""The work that notifications leave for later."""

from typing import ClassVar

from attrs import frozen

from events_face_core.kernel import Message


@frozen(kw_only=True)
class NotificationWritten(Message):
    """Somebody is to be told something: deliver it."""

    name: ClassVar[str] = "notification.written"

    notification_id: str
