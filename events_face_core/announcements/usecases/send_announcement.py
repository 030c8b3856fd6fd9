"""Tell other systems what happened."""

from __future__ import annotations

import json
from datetime import datetime

from attrs import frozen

from events_face_core.announcements.events import AnnouncementWritten
from events_face_core.announcements.model import Announcement
from events_face_core.announcements.ports import Announcer
from events_face_core.kernel import Clock, Delivery, Transaction, UnitOfWork


@frozen(kw_only=True)
class SendAnnouncementHandler:
    """Delivers ``announcement.written``, at least once, under the id of its outbox row.

    Attributes:
        source: who tells, as a URI reference.
    """

    unit_of_work: UnitOfWork[Transaction]
    announcer: Announcer
    clock: Clock
    source: str

    async def __call__(self, delivery: Delivery) -> None:
        """Deliver.

        Raises:
            DependencyUnavailableError: nobody may have been told; deliver again later.
        """
        message = delivery.message
        if not isinstance(message, AnnouncementWritten):
            raise TypeError(f"{message.name} is not for this handler")
        await self.announcer.announce(
            Announcement(
                id=delivery.id,
                source=self.source,
                type=message.type,
                subject=message.subject,
                occurred_at=datetime.fromisoformat(message.occurred_at),
                data=json.loads(message.data),
            )
        )
        async with self.unit_of_work() as tx:
            await tx.outbox.complete(delivery.id, now=self.clock.now())
