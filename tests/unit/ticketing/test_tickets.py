"""A ticket tells what is known of a booking, its event and its holder."""

from datetime import timedelta

from attrs import evolve

from events_face_core.ticketing import Booking, Holder, Venue, ticket_of
from unit.fakes import NOON
from unit.ticketing.making import EVENT_TIME, an_event, details

BOOKING = Booking(
    id="booking",
    event_id="event",
    user_id="user",
    quantity=2,
    ticket_code="code",
    created_at=NOON,
)


def test_a_ticket_tells_what_when_where_and_whose() -> None:
    venue = Venue(name="Зал", city="Москва", address="ул. Ленина", latitude=55.7, longitude=37.6)

    ticket = ticket_of(
        BOOKING, an_event(details=details(venue=venue)), Holder(name="Anna", language="en")
    )

    assert (ticket.code, ticket.booking_id, ticket.quantity) == ("code", "booking", 2)
    assert (ticket.event_name, ticket.event_time) == ("Концерт", EVENT_TIME)
    assert ticket.place == "Зал, ул. Ленина, Москва"
    assert (ticket.latitude, ticket.longitude) == (55.7, 37.6)
    assert (ticket.holder, ticket.language) == ("Anna", "en")


def test_a_ticket_of_an_event_that_was_changed_is_a_newer_one() -> None:
    event = an_event()
    changed = evolve(event, version=7, changed_at=NOON + timedelta(days=1))

    older, newer = (ticket_of(BOOKING, each, Holder()) for each in (event, changed))

    assert (older.sequence, newer.sequence) == (1, 7)
    assert (older.issued_at, newer.issued_at) == (NOON, NOON + timedelta(days=1))


def test_a_ticket_of_an_event_that_was_changed_before_is_as_new_as_the_booking() -> None:
    event = an_event(changed_at=NOON - timedelta(days=1))

    assert ticket_of(BOOKING, event, Holder()).issued_at == NOON
