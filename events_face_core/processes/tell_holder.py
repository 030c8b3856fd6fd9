"""Whoever holds seats at an event of our own is told what becomes of them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol

from attrs import frozen

from events_face_core.kernel import Clock, Delivery, UnitOfWork
from events_face_core.notifications import NotificationTransaction, NotificationWriter, Occasion
from events_face_core.ticketing import (
    EVENT_CANCELLED,
    Booking,
    BookingCancelled,
    BookingConfirmed,
    OwnEvent,
    TicketingTransaction,
)

HOLDER_TEMPLATES = (
    "booking-confirmed",
    "booking-cancelled",
    f"booking-cancelled-{EVENT_CANCELLED}",
    "booking-moved",
)
"""Every text that these processes may ask for."""


@frozen(kw_only=True)
class Person:
    """Whom to tell.

    Attributes:
        language: such as ``ru``.
    """

    email: str
    language: str


class TellHolderTransaction(TicketingTransaction, NotificationTransaction, Protocol):
    """A transaction in which both contexts live."""


FindPerson = Callable[[TellHolderTransaction, str], Awaitable[Person | None]]
"""Returns the person behind the id of an account; nobody, if the account is gone."""


@frozen(kw_only=True)
class HolderTeller:
    """Writes to the holder of a booking, in the caller's transaction."""

    writer: NotificationWriter
    find_person: FindPerson

    async def tell(
        self, tx: TellHolderTransaction, template: str, booking: Booking, event: OwnEvent
    ) -> None:
        """Write the notification, unless the holder is gone."""
        person = await self.find_person(tx, booking.user_id)
        if person is None:
            return
        await self.writer.write(
            tx,
            Occasion(
                reference_id=booking.id,
                email=person.email,
                language=person.language,
                template=template,
                facts={
                    "event_name": event.name,
                    "event_time": event.event_time,
                    "place": event.details.venue.in_words,
                    "quantity": str(booking.quantity),
                    "ticket_code": booking.ticket_code,
                    "reason": event.cancel_reason,
                },
            ),
        )


@frozen(kw_only=True)
class TellHolder:
    """Delivers ``booking.confirmed`` and ``booking.cancelled``; tells of each once."""

    unit_of_work: UnitOfWork[TellHolderTransaction]
    teller: HolderTeller
    clock: Clock

    async def __call__(self, delivery: Delivery) -> None:
        """Tell; the delivery is completed in the transaction that writes the notification."""
        message = delivery.message
        if not isinstance(message, BookingConfirmed | BookingCancelled):
            raise TypeError(f"{message.name} is not for this process")
        async with self.unit_of_work() as tx:
            # First: whoever overran the lease finds that another worker has told.
            if not await tx.outbox.complete(delivery.id, now=self.clock.now()):
                return
            event = await tx.own_events.find(message.event_id)
            booking = await tx.bookings.find(message.booking_id)
            wanted = isinstance(message, BookingConfirmed) or message.notify
            if event is not None and booking is not None and wanted:
                await self.teller.tell(tx, _template(message), booking, event)


def _template(message: BookingConfirmed | BookingCancelled) -> str:
    if isinstance(message, BookingConfirmed):
        return "booking-confirmed"
    return "-".join(filter(None, ("booking-cancelled", message.reason)))
