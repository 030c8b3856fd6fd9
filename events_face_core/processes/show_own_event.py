"""What becomes of an event of our own is shown in the catalogue, beside the aggregator's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Protocol

from attrs import frozen

from events_face_core.catalogue import (
    CatalogueTransaction,
    Changes,
    Event,
    EventCancelled,
    EventStatus,
    Origin,
    Place,
    SourceEvent,
    apply_changes,
)
from events_face_core.kernel import Clock, Message
from events_face_core.ticketing import (
    OwnEvent,
    OwnEventAct,
    OwnEventBookingClosed,
    OwnEventStatus,
    TicketingTransaction,
)


class ShowOwnEventTransaction(CatalogueTransaction, TicketingTransaction, Protocol):
    """A transaction in which both contexts live."""


@frozen(kw_only=True)
class ShowOwnEvent:
    """Reacts to what is done about an event of our own, in the same transaction.

    So who published an event finds it in the listing at once, and an event that is cancelled
    calls its registrations off as one of the aggregator's does.

    Attributes:
        keep: events that are over for longer are not listed.
    """

    clock: Clock
    keep: timedelta

    async def __call__(self, tx: ShowOwnEventTransaction, message: Message) -> None:
        """Show the event as it is now; drafts are not shown."""
        if not isinstance(message, OwnEventAct | OwnEventBookingClosed):
            raise TypeError(f"{message.name} is not for this process")
        own = await tx.own_events.find(message.event_id)
        if own is None or own.status is OwnEventStatus.DRAFT:
            return
        now = self.clock.now()
        shown = as_listed(own, now)
        listed = await tx.events.find(own.id)
        if listed == shown:
            return
        # What the clock changed has no later stamp than what was shown before.
        changes = Changes(events=[SourceEvent(event=shown)], correcting=True)
        await apply_changes(tx, changes, now=now, keep=self.keep)
        if listed is None and shown.status is EventStatus.CANCELLED:
            # The purge may have been told to keep less than the event lasts: whoever is
            # registered is told all the same.
            await tx.publish(EventCancelled(event_id=own.id))


def as_listed(own: OwnEvent, now: datetime) -> Event:
    """Return an event of our own as the catalogue shows it.

    The listing tells no number of visitors: it would have to be made anew for every booking.
    """
    venue = own.details.venue
    return Event(
        id=own.id,
        name=own.name,
        status=EventStatus(own.phase(now).value),
        event_time=own.event_time.astimezone(UTC),
        registration_deadline=own.registration_deadline.astimezone(UTC),
        place=Place(id=own.id, name=venue.name, city=venue.city, address=venue.address),
        number_of_visitors=None,
        changed_at=own.changed_at,
        origin=Origin.OWN,
    )
