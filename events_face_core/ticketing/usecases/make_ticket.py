"""Make the ticket of a booking, as a document."""

from __future__ import annotations

from typing import Protocol

from attrs import frozen

from events_face_core.kernel import Actor
from events_face_core.ticketing.errors import BookingNotFoundError, NoTicketError
from events_face_core.ticketing.model import Booking, OwnEventStatus
from events_face_core.ticketing.ports import Holders, TicketDocuments, TicketingReads
from events_face_core.ticketing.tickets import Holder, TicketFormat, ticket_of


@frozen(kw_only=True)
class MakeTicket:
    """Somebody wants a ticket to show, to print or to put into a calendar."""

    actor: Actor
    booking_id: str
    form: TicketFormat


class VisibleBookings(Protocol):
    """Knows who may see which booking."""

    async def booking(self, actor: Actor, booking_id: str) -> Booking:
        """Return a booking that the actor may see, or raise as ``MakeTicketHandler`` says."""
        ...


@frozen(kw_only=True)
class MakeTicketHandler:
    """Makes it out of what is known now, outside of any transaction, and keeps nothing.

    Whoever may see the booking may have its ticket.
    """

    bookings: VisibleBookings
    reads: TicketingReads
    holders: Holders
    documents: TicketDocuments

    async def __call__(self, command: MakeTicket) -> bytes:
        """Return the document.

        Raises:
            SignInRequiredError: a guest asks.
            BookingNotFoundError: there is no such booking that the actor may see.
            NoTicketError: it is not confirmed any more, or the event is cancelled.
            DependencyUnavailableError, DocumentsUnavailableError: it cannot be made now.
        """
        booking = await self.bookings.booking(command.actor, command.booking_id)
        shown = await self.reads.own_event(booking.event_id)
        if shown is None:  # pragma: no cover  # what was published is never deleted
            raise BookingNotFoundError
        if not booking.active or shown.event.status is OwnEventStatus.CANCELLED:
            raise NoTicketError
        holder = await self.holders.holder(booking.user_id) or Holder()
        return await self.documents.render(ticket_of(booking, shown.event, holder), command.form)
