"""A day and an hour before an event, whoever holds a booking is reminded of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from attrs import frozen

from events_face_core.kernel import Clock, UnitOfWork
from events_face_core.notifications import (
    NotificationTransaction,
    NotificationWriter,
    Occasion,
    derived_id,
)


@frozen(kw_only=True)
class UpcomingHolder:
    """Somebody who holds an active booking for an event of ours that is near.

    Attributes:
        email: where the person is told.
        booked_at: when the booking was made.
    """

    booking_id: str
    email: str
    language: str
    display_name: str
    event_name: str
    event_time: datetime
    quantity: int
    ticket_code: str
    booked_at: datetime


class UpcomingHolders(Protocol):
    """Knows who is to be reminded."""

    async def due(
        self, start: datetime, end: datetime, *, after: str, limit: int
    ) -> Sequence[UpcomingHolder]:
        """Return active bookings for published events with ``start < event_time <= end``.

        In the order of the bookings' ids, those after the id ``after`` (empty: from the first),
        up to ``limit``.
        """
        ...


@frozen(kw_only=True)
class ReminderKind:
    """A reminder.

    Attributes:
        template: the name of its text.
        ahead: how long before the event it is due.
        grace: how late it may still be written, where nobody could on time.
    """

    template: str
    ahead: timedelta
    grace: timedelta


KINDS = (
    ReminderKind(template="reminder-day", ahead=timedelta(days=1), grace=timedelta(hours=6)),
    ReminderKind(template="reminder-hour", ahead=timedelta(hours=1), grace=timedelta(minutes=40)),
)

REMINDER_TEMPLATES = tuple(kind.template for kind in KINDS)
"""Every text that this process may ask for."""

_BATCH = 100
"""Small enough that nobody waits for the database meanwhile."""


@frozen(kw_only=True)
class RemindHolders:
    """Writes the reminders that are due.

    A reminder is one of its kind for a booking and a time of its event, so doing this again, or
    two at once, writes nothing twice, and an event that is moved is reminded of anew. Who booked
    when a reminder was due already gets none: they have just read the confirmation.
    """

    holders: UpcomingHolders
    unit_of_work: UnitOfWork[NotificationTransaction]
    writer: NotificationWriter
    clock: Clock

    async def __call__(self) -> int:
        """Write them, in batches; return how many were written."""
        now = self.clock.now()
        return sum([await self._remind(kind, now) for kind in KINDS])

    async def _remind(self, kind: ReminderKind, now: datetime) -> int:
        end = now + kind.ahead
        written, after = 0, ""
        while True:
            batch = await self.holders.due(end - kind.grace, end, after=after, limit=_BATCH)
            written += await self._write(kind, batch)
            if len(batch) < _BATCH:
                return written
            after = batch[-1].booking_id

    async def _write(self, kind: ReminderKind, batch: Sequence[UpcomingHolder]) -> int:
        due = {
            _reminder_id(kind, holder): holder
            for holder in batch
            if holder.booked_at < holder.event_time - kind.ahead
        }
        if not due:
            return 0
        async with self.unit_of_work() as tx:
            known = await tx.notifications.known(due.keys())
            return sum(
                [
                    await self.writer.write_once(tx, _occasion(kind, holder), reminder_id)
                    for reminder_id, holder in due.items()
                    if reminder_id not in known
                ]
            )


def _reminder_id(kind: ReminderKind, holder: UpcomingHolder) -> str:
    instant = str(holder.event_time.timestamp())
    return derived_id(kind.template, holder.booking_id, instant)


def _occasion(kind: ReminderKind, holder: UpcomingHolder) -> Occasion:
    return Occasion(
        reference_id=holder.booking_id,
        email=holder.email,
        language=holder.language,
        template=kind.template,
        facts={
            "display_name": holder.display_name,
            "event_name": holder.event_name,
            "event_time": holder.event_time,
            "quantity": str(holder.quantity),
            "ticket_code": holder.ticket_code,
        },
    )
