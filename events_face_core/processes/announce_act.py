"""When something becomes of an own event or a booking, other systems are told."""

from __future__ import annotations

import json

from attrs import asdict, frozen

from events_face_core.announcements import AnnouncementWritten
from events_face_core.kernel import Act, Clock, Message
from events_face_core.ticketing import (
    BookingCancelled,
    BookingConfirmed,
    OwnEventCancelled,
    OwnEventChanged,
    OwnEventCompleted,
    OwnEventMoved,
    OwnEventPublished,
    OwnEventStatus,
    TicketingTransaction,
)

ANNOUNCED_ACTS: tuple[type[Act], ...] = (
    BookingCancelled,
    BookingConfirmed,
    OwnEventCancelled,
    OwnEventChanged,
    OwnEventCompleted,
    OwnEventMoved,
    OwnEventPublished,
)
"""The acts that other systems are told of."""


@frozen(kw_only=True)
class AnnounceAct:
    """Reacts to acts as they are published: the announcement commits with the change.

    Who acted is not told. The id of an account says nothing by itself, but it joins all that one
    person books, and a topic keeps that when the account is long deleted; whoever has to know
    asks the audit. Drafts are not told of either: nobody has seen them.
    """

    clock: Clock

    async def __call__(self, tx: TicketingTransaction, message: Message) -> None:
        """Write the announcement; it is delivered after those of this event or booking before it.

        Raises:
            TypeError: the message is none of ``ANNOUNCED_ACTS``.
        """
        if not isinstance(message, ANNOUNCED_ACTS):
            raise TypeError(f"{message.name} is not for this process")
        if isinstance(message, OwnEventChanged) and await _is_draft(tx, message.event_id):
            return
        data = asdict(message)
        del data["actor_id"]
        await tx.publish(
            AnnouncementWritten(
                type=message.name,
                subject=message.entity_id,
                occurred_at=self.clock.now().isoformat(),
                data=json.dumps(data),
            )
        )


async def _is_draft(tx: TicketingTransaction, event_id: str) -> bool:
    event = await tx.own_events.find(event_id)
    return event is None or event.status is OwnEventStatus.DRAFT
