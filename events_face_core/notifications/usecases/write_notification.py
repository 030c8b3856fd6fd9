"""Write a notification down, in the transaction of the decision it tells of."""

from __future__ import annotations

from attrs import frozen

from events_face_core.kernel import Clock, Ids
from events_face_core.notifications.events import NotificationWritten
from events_face_core.notifications.model import Notification, Occasion
from events_face_core.notifications.ports import NotificationTransaction, Texts


@frozen(kw_only=True)
class NotificationWriter:
    """Puts an occasion into words. Delivery comes after the commit."""

    texts: Texts
    ids: Ids
    clock: Clock

    async def write(self, tx: NotificationTransaction, occasion: Occasion) -> Notification:
        """Write the notification and queue its delivery."""
        notification = Notification(
            id=self.ids.new(),
            reference_id=occasion.reference_id,
            email=occasion.email,
            language=occasion.language,
            template=occasion.template,
            message=self.texts.text(occasion.template, occasion.language, occasion.facts),
            created_at=self.clock.now(),
        )
        await tx.notifications.add(notification)
        await tx.publish(NotificationWritten(notification_id=notification.id))
        return notification
