"""Tickets: what of a booking its holder shows at the door."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import Any

from attrs import field, frozen

from events_face_core.ticketing.model import Booking, OwnEvent


def _aware(_ticket: object, _attribute: object, moment: Any) -> None:  # noqa: ANN401  # or none
    if moment is not None and moment.utcoffset() is None:
        raise ValueError("a ticket's times need an offset")


@frozen(kw_only=True)
class Ticket:
    """What a holder shows at the door.

    Attributes:
        code: what the QR code holds; nobody can guess it.
        booking_id: whose ticket it is; a calendar knows the entry by it.
        holder: the name of the person; empty where nobody knows it any more.
        quantity: how many people it admits.
        event_time: when it begins, in the offset or time zone that the documents tell it in.
        end_time: when it ends, if that is known.
        place: where, in words; may be empty.
        latitude: of the place, in degrees; with a longitude or not at all.
        issued_at: when the ticket last changed.
        language: of the labels: ``ru`` or ``en``.
        sequence: how often the event was changed since; a calendar takes the higher one.
        cancelled: whether it admits nobody any more.
    """

    code: str
    booking_id: str
    holder: str
    quantity: int
    event_name: str
    event_time: datetime = field(validator=_aware)
    end_time: datetime | None = field(default=None, validator=_aware)
    place: str = ""
    latitude: float | None = None
    longitude: float | None = None
    issued_at: datetime = field(validator=_aware)
    language: str = "ru"
    sequence: int = 0
    cancelled: bool = False


class TicketFormat(Enum):
    """The kinds of document, by the name that links use."""

    PDF = "pdf"
    CALENDAR = "ics"
    IMAGE = "png"

    @property
    def media_type(self) -> str:
        """The type of the content, as HTTP and mail name it."""
        return _MEDIA_TYPES[self]


_MEDIA_TYPES = {
    TicketFormat.PDF: "application/pdf",
    TicketFormat.CALENDAR: "text/calendar; charset=utf-8",
    TicketFormat.IMAGE: "image/png",
}


@frozen(kw_only=True)
class Holder:
    """Who holds a booking, as the documents tell it.

    Attributes:
        language: that the person reads, such as ``ru``.
    """

    name: str = ""
    language: str = "ru"


def ticket_of(booking: Booking, event: OwnEvent, holder: Holder) -> Ticket:
    """Return the ticket of a booking as its event is now."""
    venue = event.details.venue
    return Ticket(
        code=booking.ticket_code,
        booking_id=booking.id,
        holder=holder.name,
        quantity=booking.quantity,
        event_name=event.name,
        event_time=event.event_time,
        end_time=event.end_time,
        place=venue.in_words,
        latitude=venue.latitude,
        longitude=venue.longitude,
        issued_at=max(booking.created_at, event.changed_at),
        language=holder.language,
        sequence=event.version,
    )
