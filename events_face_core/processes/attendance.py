"""Engagement asks who attended an event and whose it is; ticketing knows."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from attrs import frozen

from events_face_core.kernel import Clock

_CONFIRMED = "confirmed"
_CANCELLED = "cancelled"


class Named(Protocol):
    """A status with a public name."""

    @property
    def value(self) -> str:
        """The name."""
        ...


class HeldBooking(Protocol):
    """What matters of a booking."""

    @property
    def status(self) -> Named:
        """Where it stands."""
        ...


class OwnedEvent(Protocol):
    """What matters of an event of our own."""

    @property
    def event_time(self) -> datetime:
        """When it begins."""
        ...

    @property
    def end_time(self) -> datetime | None:
        """When it ends, where that is known."""
        ...

    @property
    def organizer_id(self) -> str:
        """Whose it is."""
        ...

    @property
    def status(self) -> Named:
        """Where it stands."""
        ...


class FindsBookings(Protocol):
    """The bookings, in one transaction."""

    async def find_active(self, event_id: str, user_id: str) -> HeldBooking | None:
        """Return a person's active booking for an event."""
        ...


class FindsOwnEvents(Protocol):
    """The events of our own, in one transaction."""

    async def find(self, event_id: str) -> OwnedEvent | None:
        """Return one event."""
        ...


@frozen(kw_only=True)
class BookedAttendance:
    """``Attendance``: whoever had a confirmed booking when the event ended was there."""

    bookings: FindsBookings
    own_events: FindsOwnEvents
    clock: Clock

    async def attended(self, user_id: str, event_id: str) -> bool:
        """Tell whether the person has a confirmed booking, and the event took place."""
        event = await self.own_events.find(event_id)
        if event is None or event.status.value == _CANCELLED:
            return False
        if self.clock.now() < (event.end_time or event.event_time):
            return False
        booking = await self.bookings.find_active(event_id, user_id)
        return booking is not None and booking.status.value == _CONFIRMED


@frozen
class OrganizedEvents:
    """``EventOwners`` over the events of our own."""

    own_events: FindsOwnEvents

    async def organizer_of(self, event_id: str) -> str | None:
        """Return whose an event is."""
        event = await self.own_events.find(event_id)
        return None if event is None else event.organizer_id
