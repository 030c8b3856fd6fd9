"""Pages of ticketing's lists, and what acts are about."""

from __future__ import annotations

import pytest

from events_face_core.kernel import Act, Cursor
from events_face_core.ticketing import (
    Booking,
    BookingConfirmed,
    CategoryCreated,
    OwnEventCreated,
    Position,
    ShownOwnEvent,
    page_of,
    position_of_booking,
    position_of_event,
)
from unit.fakes import NOON
from unit.ticketing.making import EVENT_TIME, an_event


def _booking(number: int) -> Booking:
    return Booking(
        id=f"b{number}", event_id="e", user_id="u", quantity=1, ticket_code="", created_at=NOON
    )


BOOKINGS = tuple(map(_booking, range(3)))
AT = Position(moment=NOON, id="b1")


def test_a_page_that_is_all_there_is_has_no_neighbours() -> None:
    page = page_of(BOOKINGS, 3, None, position_of_booking)

    assert (page.items, page.next, page.previous) == (BOOKINGS, None, None)


def test_the_row_too_many_tells_of_the_next_page() -> None:
    page = page_of(BOOKINGS, 2, None, position_of_booking)

    assert page.items == BOOKINGS[:2]
    assert (page.next, page.previous) == (Cursor(place=AT), None)


def test_a_page_read_backwards_is_in_order_and_has_a_next_one() -> None:
    cursor = Cursor(place=AT, backwards=True)

    page = page_of(BOOKINGS[::-1], 2, cursor, position_of_booking)

    assert page.items == BOOKINGS[1:]
    assert page.next == Cursor(place=position_of_booking(BOOKINGS[2]))
    assert page.previous == Cursor(place=AT, backwards=True)


def test_an_empty_page_has_no_neighbours() -> None:
    page = page_of((), 2, Cursor(place=AT), position_of_booking)

    assert (page.items, page.next, page.previous) == ((), None, None)


def test_an_event_stands_by_its_time() -> None:
    shown = ShownOwnEvent(event=an_event(), category=None, taken=0)

    assert position_of_event(shown) == Position(moment=EVENT_TIME, id="event")


@pytest.mark.parametrize(
    ("act", "about"),
    [
        (OwnEventCreated(actor_id="a", event_id="e"), ("own-event", "e")),
        (BookingConfirmed(actor_id="a", booking_id="b", event_id="e"), ("booking", "b")),
        (CategoryCreated(actor_id="a", category_id="c"), ("category", "c")),
    ],
)
def test_an_act_says_what_it_is_about(act: Act, about: tuple[str, str]) -> None:
    assert (act.entity, act.entity_id) == about
