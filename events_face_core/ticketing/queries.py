"""Reads of ticketing."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import evolve, frozen

from events_face_core.kernel import Actor, Role, require, require_signed_in
from events_face_core.ticketing.errors import BookingNotFoundError, OwnEventNotFoundError
from events_face_core.ticketing.listing import (
    BookingPage,
    BookingQuery,
    OwnEventPage,
    OwnEventQuery,
    ShownOwnEvent,
)
from events_face_core.ticketing.model import Booking, Category, OwnEvent, OwnEventStatus
from events_face_core.ticketing.ports import Rating, Ratings, TicketingReads


@frozen(kw_only=True)
class LiveFigures:
    """What of an event is never remembered: whoever booked sees it at once."""

    available_seats: int
    rating: Rating


@frozen(kw_only=True)
class TicketingQueries:
    """Shows own events, bookings and categories to whoever may see them."""

    reads: TicketingReads
    ratings: Ratings

    async def public_event(self, event_id: str) -> ShownOwnEvent:
        """Return an event that everybody may see.

        Raises:
            OwnEventNotFoundError: there is none.
        """
        shown = await self.reads.own_event(event_id)
        if shown is None or shown.event.status is OwnEventStatus.DRAFT:
            raise OwnEventNotFoundError
        return shown

    async def own_event(self, actor: Actor, event_id: str) -> ShownOwnEvent:
        """Return an event; a draft for its organiser and administrators only.

        Raises:
            OwnEventNotFoundError: there is none that the actor may see.
        """
        shown = await self.reads.own_event(event_id)
        if shown is None:
            raise OwnEventNotFoundError
        draft = shown.event.status is OwnEventStatus.DRAFT
        if draft and not (actor.is_admin or shown.event.organizer_id == actor.id):
            raise OwnEventNotFoundError
        return shown

    async def live(self, event_id: str) -> LiveFigures:
        """Return what of an event changes all the time, as it is now."""
        return LiveFigures(
            available_seats=await self.reads.available_seats(event_id),
            rating=await self.ratings.of(event_id),
        )

    async def figures(self, shown: ShownOwnEvent) -> LiveFigures:
        """Return the same of an event that was read just now."""
        return LiveFigures(
            available_seats=shown.available_seats, rating=await self.ratings.of(shown.event.id)
        )

    async def as_shown(self, event: OwnEvent) -> ShownOwnEvent:
        """Return an event that was just changed, with what else its screen needs."""
        shown = await self.reads.own_event(event.id)
        if shown is None:
            return ShownOwnEvent(event=event, category=None, taken=0)
        return evolve(shown, event=event)

    async def own_events(self, actor: Actor, query: OwnEventQuery) -> OwnEventPage:
        """Return the events of an organiser, drafts included; an administrator sees all."""
        require(actor, Role.ORGANIZER)
        organizer_id = query.organizer_id if actor.is_admin else actor.id
        return await self.reads.own_events(evolve(query, organizer_id=organizer_id))

    async def booking(self, actor: Actor, booking_id: str) -> Booking:
        """Return a booking to its holder, the organiser of the event, or an administrator.

        Raises:
            BookingNotFoundError: there is none that the actor may see.
        """
        require_signed_in(actor)
        booking = await self.reads.booking(booking_id)
        if booking is None:
            raise BookingNotFoundError
        if booking.user_id != actor.id and not await self._organises(actor, booking.event_id):
            raise BookingNotFoundError
        return booking

    async def bookings(self, actor: Actor, query: BookingQuery) -> BookingPage:
        """Return one's own bookings; of an event that the actor organises, everybody's."""
        require_signed_in(actor)
        everybody = query.event_id is not None and await self._organises(actor, query.event_id)
        return await self.reads.bookings(
            evolve(query, user_id=query.user_id if everybody else actor.id)
        )

    async def categories(self) -> Sequence[Category]:
        """Return all categories by their names."""
        return await self.reads.categories()

    async def _organises(self, actor: Actor, event_id: str) -> bool:
        if actor.is_admin:
            return True
        if actor.role is not Role.ORGANIZER:
            return False
        shown = await self.reads.own_event(event_id)
        return shown is not None and shown.event.organizer_id == actor.id
