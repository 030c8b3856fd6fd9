"""Bookings: make, show, list, cancel; and their tickets."""

from aiohttp import web

from events_face_core.ticketing import (
    Book,
    BookingQuery,
    BookingStatus,
    CancelBooking,
    MakeTicket,
)
from events_face_runners.web.actors import read_actor
from events_face_runners.web.reading import read_body, read_id, read_idempotency_key
from events_face_runners.web.ticketing.paging import read_list_query
from events_face_runners.web.ticketing.responses import json_response
from events_face_runners.web.ticketing.schemas import (
    BookingListView,
    BookingRequest,
    booking_view,
)
from events_face_runners.web.ticketing.ticket_formats import read_ticket_format
from events_face_runners.wiring.ticketing import Ticketing


class BookingApi:
    """Answers ``/api/bookings``."""

    def __init__(self, ticketing: Ticketing) -> None:
        self._ticketing = ticketing

    async def book(self, request: web.Request) -> web.Response:
        """Answer ``POST /api/bookings``."""
        actor = await read_actor(request)
        wish = await read_body(request, BookingRequest)
        key = read_idempotency_key(request, wish)
        booking = await self._ticketing.book(
            Book(
                actor=actor,
                event_id=wish.event_id,
                quantity=wish.quantity,
                idempotency_key=None if key is None else key.of(actor.id),
            )
        )
        location = {"Location": f"/api/bookings/{booking.id}"}
        return json_response(201, booking_view(booking), location)

    async def show(self, request: web.Request) -> web.Response:
        """Answer ``GET /api/bookings/{booking_id}``."""
        actor = await read_actor(request)
        booking = await self._ticketing.queries.booking(actor, read_id(request, "booking_id"))
        return json_response(200, booking_view(booking))

    async def ticket(self, request: web.Request) -> web.Response:
        """Answer ``GET /api/bookings/{booking_id}/ticket``."""
        actor = await read_actor(request)
        booking_id = read_id(request, "booking_id")
        form = read_ticket_format(request)
        document = await self._ticketing.make_ticket(
            MakeTicket(actor=actor, booking_id=booking_id, form=form)
        )
        return web.Response(
            body=document,
            headers={
                "Content-Type": form.media_type,
                "Content-Disposition": f'attachment; filename="ticket-{booking_id}.{form.value}"',
                "Cache-Control": "no-store",
                "Vary": "Accept",
            },
        )

    async def cancel(self, request: web.Request) -> web.Response:
        """Answer ``POST /api/bookings/{booking_id}/cancel``."""
        actor = await read_actor(request)
        booking_id = read_id(request, "booking_id")
        booking = await self._ticketing.cancel_booking(
            CancelBooking(actor=actor, booking_id=booking_id)
        )
        return json_response(200, booking_view(booking))

    async def list_bookings(self, request: web.Request) -> web.Response:
        """Answer ``GET /api/bookings``."""
        actor = await read_actor(request)
        query = read_list_query(request, ("event_id", "status"))
        page = await self._ticketing.queries.bookings(
            actor,
            BookingQuery(
                event_id=query.text("event_id"),
                statuses=query.choices("status", BookingStatus),
                limit=query.limit(),
                cursor=query.cursor(),
            ),
        )
        view = BookingListView(
            next=query.reference(page.next),
            previous=query.reference(page.previous),
            results=[booking_view(booking) for booking in page.items],
        )
        return json_response(200, view)
