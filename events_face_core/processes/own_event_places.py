"""Registration asks for a place at an event of our own; ticketing counts the seats."""

from __future__ import annotations

from datetime import datetime

from attrs import frozen

from events_face_core.registration import (
    EventUnknownError,
    NoPlaceLeftError,
    RegistrationClosedError,
)
from events_face_core.ticketing import (
    BookingClosedError,
    OwnEventNotFoundError,
    Seats,
    SoldOutError,
)


@frozen
class OwnEventPlaces:
    """``Places`` over ticketing's own counters, in one transaction: a place is one seat."""

    seats: Seats

    async def take(self, event_id: str, *, now: datetime) -> None:
        """Take one seat, and refuse in registration's own words."""
        try:
            await self.seats.take(event_id, 1, now=now)
        except OwnEventNotFoundError as error:
            raise EventUnknownError from error
        except BookingClosedError as error:
            raise RegistrationClosedError from error
        except SoldOutError as error:
            raise NoPlaceLeftError from error

    async def give_back(self, event_id: str) -> None:
        """Give the seat back."""
        await self.seats.give_back(event_id, 1)
