"""Deliver a notification (requirement 000, functional 4)."""

from __future__ import annotations

from attrs import evolve, frozen

from events_face_core.kernel import Clock, Delivery, UndeliverableError, UnitOfWork
from events_face_core.notifications.errors import NotificationRefusedError
from events_face_core.notifications.events import NotificationWritten
from events_face_core.notifications.ports import NotificationTransaction, Notifier


@frozen(kw_only=True)
class SendNotificationHandler:
    """Delivers ``notification.written``, at least once; the service removes duplicates.

    What was erased meanwhile is sent to nobody.
    """

    unit_of_work: UnitOfWork[NotificationTransaction]
    notifier: Notifier
    clock: Clock

    async def __call__(self, delivery: Delivery) -> None:
        """Deliver.

        Raises:
            DependencyUnavailableError: the service cannot take it now; deliver again later.
            UndeliverableError: the service will never take it.
        """
        message = delivery.message
        if not isinstance(message, NotificationWritten):
            raise TypeError(f"{message.name} is not for this handler")
        async with self.unit_of_work() as tx:
            notification = await tx.notifications.find(message.notification_id)
        if notification is None:
            raise UndeliverableError(f"notification {message.notification_id} does not exist")
        if notification.due:
            try:
                await self.notifier.send(notification)
            except NotificationRefusedError as error:
                raise UndeliverableError(str(error)) from error
        now = self.clock.now()
        async with self.unit_of_work() as tx:
            if notification.due:
                await tx.notifications.save(evolve(notification, sent_at=now))
            await tx.outbox.complete(delivery.id, now=now)
