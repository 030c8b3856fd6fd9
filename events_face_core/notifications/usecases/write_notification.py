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
        notification = self._notification(self.ids.new(), occasion)
        await tx.notifications.add(notification)
        await tx.publish(NotificationWritten(notification_id=notification.id))
        return notification

    async def write_once(
        self, tx: NotificationTransaction, occasion: Occasion, notification_id: str
    ) -> bool:
        """Write it under this id and queue its delivery, unless that was done before.

        Tells whether it was written now: of two who try at once, one does.
        """
        written = await tx.notifications.add_once(self._notification(notification_id, occasion))
        if written:
            await tx.publish(NotificationWritten(notification_id=notification_id))
        return written

    def _notification(self, notification_id: str, occasion: Occasion) -> Notification:
        return Notification(
            id=notification_id,
            reference_id=occasion.reference_id,
            email=occasion.email,
            language=occasion.language,
            template=occasion.template,
            message=self.texts.text(occasion.template, occasion.language, occasion.facts),
            created_at=self.clock.now(),
        )
