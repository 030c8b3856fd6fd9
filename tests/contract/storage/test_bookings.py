"""The contract of the ports ``Bookings`` and ``Seats``."""

from __future__ import annotations

import asyncio
import random

import pytest
from attrs import evolve

from contract.storage.making import DAY, INSTANT, Storage, rolled_back
from contract.storage.ticketing import (
    EVENT_TIME,
    a_booking,
    an_own_event,
    book,
    left,
    put_own_events,
)
from events_face_core.kernel import EventsFaceError
from events_face_core.ticketing import (
    AlreadyBookedError,
    Booking,
    BookingClosedError,
    BookingQuery,
    BookingStatus,
    OwnEventNotFoundError,
    OwnEventStatus,
    SoldOutError,
)
from unit.fakes import NOON

DEADLINE = EVENT_TIME - DAY


async def _find(storage: Storage, booking_id: str = "booking") -> Booking | None:
    async with storage() as tx:
        return await tx.bookings.find(booking_id)


async def _cancel(storage: Storage, booking_id: str) -> bool:
    """Cancel as the use case does; tell whether there was something to cancel."""
    async with storage() as tx:
        booking = await tx.bookings.find(booking_id)
        if booking is None or not booking.active:
            return False
        cancelled = evolve(booking, status=BookingStatus.CANCELLED, cancelled_at=NOON)
        await tx.bookings.cancel([cancelled])
    return True


async def _try_to_book(storage: Storage, booking: Booking) -> str:
    try:
        await book(storage, booking)
    except EventsFaceError as error:
        return error.slug
    return "booked"


async def _active(storage: Storage) -> list[Booking]:
    async with storage() as tx:
        return [*await tx.bookings.active_of("own", limit=1000)]


# Taking seats


async def test_a_booking_is_found_as_it_was_added(storage: Storage) -> None:
    await put_own_events(storage, an_own_event())
    booking = a_booking(quantity=3)
    await book(storage, booking)

    assert await _find(storage) == booking


async def test_a_booking_takes_its_seats(storage: Storage) -> None:
    await put_own_events(storage, an_own_event(capacity=10))
    await book(storage, a_booking(quantity=3))

    assert await left(storage) == 7


async def test_the_last_seats_can_be_booked(storage: Storage) -> None:
    await put_own_events(storage, an_own_event(capacity=3))
    await book(storage, a_booking(quantity=3))

    assert await left(storage) == 0


async def test_more_seats_than_are_left_are_refused_with_their_number(storage: Storage) -> None:
    await put_own_events(storage, an_own_event(capacity=3))
    await book(storage, a_booking("one", user_id="one"))

    with pytest.raises(SoldOutError) as raised:
        await book(storage, a_booking("two", user_id="two", quantity=3))

    assert raised.value.available_seats == 2
    assert await _find(storage, "two") is None
    assert await left(storage) == 2


async def test_a_second_active_booking_of_one_person_is_refused(storage: Storage) -> None:
    await put_own_events(storage, an_own_event(capacity=3))
    await book(storage, a_booking("one"))

    with pytest.raises(AlreadyBookedError):
        await book(storage, a_booking("two"))

    assert await left(storage) == 2


async def test_a_second_booking_is_refused_as_such_even_when_all_is_sold(storage: Storage) -> None:
    await put_own_events(storage, an_own_event(capacity=1))
    await book(storage, a_booking("one"))

    with pytest.raises(AlreadyBookedError):
        await book(storage, a_booking("two"))


async def test_one_person_may_book_for_several_events(storage: Storage) -> None:
    await put_own_events(storage, an_own_event("own"), an_own_event("other"))

    await book(storage, a_booking("one"), a_booking("two", event_id="other"))

    assert (await left(storage), await left(storage, "other")) == (9, 9)


async def test_an_unknown_event_is_refused(storage: Storage) -> None:
    with pytest.raises(OwnEventNotFoundError):
        await book(storage, a_booking())


async def test_a_draft_is_refused_as_if_it_were_not_there(storage: Storage) -> None:
    await put_own_events(storage, an_own_event(status=OwnEventStatus.DRAFT))

    with pytest.raises(OwnEventNotFoundError):
        await book(storage, a_booking())


async def test_seats_are_taken_until_the_last_instant_before_the_deadline(storage: Storage) -> None:
    await put_own_events(storage, an_own_event())

    await book(storage, a_booking("one", created_at=DEADLINE - INSTANT))
    with pytest.raises(BookingClosedError):
        await book(storage, a_booking("two", user_id="two", created_at=DEADLINE))

    assert await left(storage) == 9


async def test_seats_without_a_booking_are_taken_and_given_back(storage: Storage) -> None:
    await put_own_events(storage, an_own_event(capacity=2))

    async with storage() as tx:
        await tx.seats.take("own", 2, now=NOON)
    with pytest.raises(SoldOutError):
        await book(storage, a_booking())
    async with storage() as tx:
        await tx.seats.give_back("own", 1)

    assert await left(storage) == 1


async def test_a_transaction_that_fails_takes_no_seats(storage: Storage) -> None:
    await put_own_events(storage, an_own_event())
    await rolled_back(storage, lambda tx: tx.bookings.add(a_booking()))

    assert await _find(storage) is None
    assert await left(storage) == 10


# Giving them back


async def test_cancelling_gives_the_seats_back(storage: Storage) -> None:
    await put_own_events(storage, an_own_event())
    await book(storage, a_booking(quantity=4))

    assert await _cancel(storage, "booking")

    found = await _find(storage)
    assert found is not None
    assert (found.status, found.cancelled_at) == (BookingStatus.CANCELLED, NOON)
    assert await left(storage) == 10


async def test_who_cancelled_may_book_again(storage: Storage) -> None:
    await put_own_events(storage, an_own_event())
    await book(storage, a_booking("one"))
    await _cancel(storage, "one")

    await book(storage, a_booking("two"))

    assert await left(storage) == 9


async def test_the_active_booking_of_a_person_is_found(storage: Storage) -> None:
    await put_own_events(storage, an_own_event(), an_own_event("other"))
    await book(storage, a_booking("old"), a_booking("elsewhere", event_id="other"))
    await _cancel(storage, "old")
    await book(storage, a_booking("new"))

    async with storage() as tx:
        found = await tx.bookings.find_active("own", "user")
        nobody = await tx.bookings.find_active("own", "stranger")

    assert found == a_booking("new")
    assert nobody is None


async def test_active_bookings_come_in_batches_by_their_holders(storage: Storage) -> None:
    await put_own_events(storage, an_own_event(), an_own_event("other"))
    holders = ("d", "b", "a", "c", "e")
    await book(storage, *(a_booking(f"of {holder}", user_id=holder) for holder in holders))
    await book(storage, a_booking("elsewhere", event_id="other", user_id="b"))
    await _cancel(storage, "of c")

    async with storage() as tx:
        first = await tx.bookings.active_of("own", limit=2)
        second = await tx.bookings.active_of("own", after="b", limit=2)

    assert [b.user_id for b in (*first, *second)] == ["a", "b", "d", "e"]


# Races


async def test_of_two_hundred_bookings_at_once_for_ten_seats_ten_succeed(
    storage: Storage, other: Storage
) -> None:
    await put_own_events(storage, an_own_event(capacity=10))
    wishes = [a_booking(f"b{n}", user_id=f"u{n}") for n in range(200)]

    outcomes = await asyncio.gather(
        *(_try_to_book((storage, other)[n % 2], wish) for n, wish in enumerate(wishes))
    )

    assert sorted(set(outcomes)) == ["booked", "sold-out"]
    assert outcomes.count("booked") == 10
    assert len(await _active(storage)) == 10
    assert await left(storage) == 0


async def test_rows_and_counter_agree_after_bookings_and_cancellations_at_once(
    storage: Storage, other: Storage
) -> None:
    chance = random.Random(7)
    await put_own_events(storage, an_own_event(capacity=10))

    async def visit(number: int) -> None:
        here = (storage, other)[number % 2]
        wish = a_booking(f"b{number}", user_id=f"u{number % 40}", quantity=chance.randint(1, 3))
        booked = await _try_to_book(here, wish)
        if booked == "booked" and chance.random() < 0.7:
            results = await asyncio.gather(_cancel(storage, wish.id), _cancel(other, wish.id))
            assert sorted(results) == [False, True]

    await asyncio.gather(*map(visit, range(200)))

    active = await _active(storage)
    assert 10 - sum(booking.quantity for booking in active) == await left(storage)
    assert len({booking.user_id for booking in active}) == len(active)


async def test_of_two_bookings_of_one_person_at_once_one_succeeds(
    storage: Storage, other: Storage
) -> None:
    await put_own_events(storage, an_own_event())

    outcomes = await asyncio.gather(
        _try_to_book(storage, a_booking("one")), _try_to_book(other, a_booking("two"))
    )

    assert sorted(outcomes) == ["already-booked", "booked"]
    assert await left(storage) == 9


async def test_cancelling_and_booking_again_at_once_never_wait_in_a_circle(
    storage: Storage, other: Storage
) -> None:
    await put_own_events(storage, an_own_event(capacity=5))
    for number in range(20):
        await book(storage, a_booking(f"old{number}"))

        outcome, _ = await asyncio.gather(
            _try_to_book(other, a_booking(f"new{number}")), _cancel(storage, f"old{number}")
        )

        assert outcome in {"booked", "already-booked"}
        await _cancel(storage, f"new{number}")

    assert await left(storage) == 5


# Reads


async def test_bookings_are_listed_page_by_page_the_newest_first(storage: Storage) -> None:
    await put_own_events(storage, an_own_event(), an_own_event("other"))
    for number in range(5):
        user, at = f"u{number}", NOON + (number // 2) * INSTANT
        await book(storage, a_booking(f"b{number}", user_id=user, created_at=at))
    await book(storage, a_booking("elsewhere", event_id="other", user_id="u1"))

    seen: list[list[str]] = []
    query = BookingQuery(event_id="own", limit=2)
    page = await storage.ticketing_reads.bookings(query)
    while True:
        seen.append([booking.id for booking in page.items])
        if page.next is None:
            break
        page = await storage.ticketing_reads.bookings(evolve(query, cursor=page.next))
    back = await storage.ticketing_reads.bookings(evolve(query, cursor=page.previous))

    assert seen == [["b4", "b3"], ["b2", "b1"], ["b0"]]
    assert [booking.id for booking in back.items] == ["b2", "b1"]


async def test_bookings_are_found_by_holder_and_status(storage: Storage) -> None:
    await put_own_events(storage, an_own_event(), an_own_event("other"))
    await book(storage, a_booking("one"), a_booking("two", event_id="other"))
    await book(storage, a_booking("three", user_id="somebody else"))
    await _cancel(storage, "one")
    mine = BookingQuery(user_id="user")

    all_ = await storage.ticketing_reads.bookings(mine)
    active = await storage.ticketing_reads.bookings(
        evolve(mine, statuses=frozenset({BookingStatus.CONFIRMED}))
    )

    assert sorted(booking.id for booking in all_.items) == ["one", "two"]
    assert [booking.id for booking in active.items] == ["two"]
    assert await storage.ticketing_reads.booking("three") is not None
    assert await storage.ticketing_reads.booking("four") is None


# Whoever leaves


async def _upcoming(storage: Storage, user_id: str = "user") -> str | None:
    async with storage() as tx:
        found = await tx.bookings.find_upcoming(user_id, now=EVENT_TIME)
    return None if found is None else found.id


async def test_a_persons_next_booking_is_an_active_one_for_an_event_that_has_not_begun(
    storage: Storage,
) -> None:
    await put_own_events(
        storage, an_own_event("past"), an_own_event("next", event_time=EVENT_TIME + INSTANT)
    )
    await book(storage, a_booking("a", event_id="past"), a_booking("b", event_id="next"))
    await book(storage, a_booking("c", event_id="next", user_id="other"))

    first = await _upcoming(storage)
    await _cancel(storage, "b")

    assert (first, await _upcoming(storage)) == ("b", None)


async def test_two_who_give_up_one_persons_bookings_at_once_give_each_seat_back_once(
    storage: Storage, other: Storage
) -> None:
    ids = [f"event-{number}" for number in range(5)]
    await put_own_events(storage, *(an_own_event(one, capacity=3) for one in ids))
    await book(storage, *(a_booking(f"of {one}", event_id=one, quantity=2) for one in ids))

    async def give_up_all(giving: Storage) -> int:
        given = 0
        while True:
            async with giving() as tx:
                booking = await tx.bookings.find_upcoming("user", now=NOON)
                if booking is None:
                    return given
                cancelled = evolve(booking, status=BookingStatus.CANCELLED, cancelled_at=NOON)
                await tx.bookings.cancel([cancelled])
                given += 1

    given = await asyncio.gather(*(give_up_all(one) for one in (storage, other) * 2))

    assert sum(given) == 5
    assert [await left(storage, one) for one in ids] == [3] * 5


async def test_ids_of_a_persons_bookings_are_told_page_by_page(storage: Storage) -> None:
    await put_own_events(storage, *(an_own_event(one) for one in "xyz"))
    await book(storage, *(a_booking(f"b{one}", event_id=one) for one in "zxy"))
    await book(storage, a_booking("b0", event_id="x", user_id="other"))
    await _cancel(storage, "bx")

    async with storage() as tx:
        first = await tx.bookings.ids_of("user", limit=2)
        rest = await tx.bookings.ids_of("user", after="by", limit=2)

    assert (list(first), list(rest)) == (["bx", "by"], ["bz"])
