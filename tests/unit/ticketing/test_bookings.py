"""Booking seats, and giving them back."""

from __future__ import annotations

from typing import Any

import pytest
from attrs import evolve

from events_face_core.kernel import (
    GUEST,
    Actor,
    IdempotencyKey,
    IdempotencyKeyReusedError,
    InvalidInputError,
    OutboxState,
    SignInRequiredError,
    StorageUnavailableError,
)
from events_face_core.ticketing import (
    AlreadyBookedError,
    Book,
    BookHandler,
    Booking,
    BookingCancelled,
    BookingClosedError,
    BookingConfirmed,
    BookingNotFoundError,
    BookingStatus,
    CancelBooking,
    CancelBookingHandler,
    EndBookingsHandler,
    OwnEventCancelled,
    OwnEventNotFoundError,
    OwnEventStatus,
    SoldOutError,
)
from unit.fakes import NOON, FakeHouse, FakeIds
from unit.ticketing.making import (
    ADMIN,
    DEADLINE,
    ORGANIZER,
    OTHER_ORGANIZER,
    USER,
    an_event,
    book,
    claim_one,
    details,
    put,
    user,
)


async def _open_house(capacity: int = 10) -> FakeHouse:
    house = FakeHouse()
    await put(house, an_event(OwnEventStatus.PUBLISHED, details=details(capacity=capacity)))
    return house


async def _cancel(house: FakeHouse, booking: Booking, actor: Actor = USER) -> Booking:
    handler = CancelBookingHandler(unit_of_work=house, clock=house.clock)
    return await handler(CancelBooking(actor=actor, booking_id=booking.id))


def _taken(house: FakeHouse) -> int:
    return house.seats.all["event"].taken


async def test_a_booking_is_confirmed_at_once() -> None:
    house = await _open_house()

    booking = await book(house, quantity=3)

    assert (booking.status, booking.user_id, booking.created_at) == (
        BookingStatus.CONFIRMED,
        USER.id,
        NOON,
    )
    assert booking.ticket_code != booking.id
    assert _taken(house) == 3
    assert house.messages(BookingConfirmed) == [
        BookingConfirmed(actor_id=USER.id, booking_id=booking.id, event_id="event", quantity=3)
    ]


async def test_a_booking_and_its_message_commit_together() -> None:
    house = await _open_house()
    house.fail_at = house.transactions + 1

    with pytest.raises(StorageUnavailableError):
        await book(house)

    assert (house.bookings.all, house.outbox.all, _taken(house)) == ({}, {}, 0)


@pytest.mark.parametrize("quantity", [0, 21])
async def test_one_to_twenty_seats_are_booked_at_once(quantity: int) -> None:
    with pytest.raises(InvalidInputError):
        await book(await _open_house(), quantity=quantity)


async def test_a_guest_books_nothing() -> None:
    with pytest.raises(SignInRequiredError):
        await book(await _open_house(), GUEST)


async def test_refused_bookings_leave_nothing_behind() -> None:
    house = await _open_house(capacity=1)
    await book(house)
    outbox = dict(house.outbox.all)

    with pytest.raises(AlreadyBookedError):
        await book(house)
    with pytest.raises(SoldOutError):
        await book(house, user(1))

    assert (len(house.bookings.all), house.outbox.all, _taken(house)) == (1, outbox, 1)


async def test_an_unknown_event_takes_no_booking() -> None:
    with pytest.raises(OwnEventNotFoundError):
        await book(FakeHouse())


async def test_from_the_deadline_on_nobody_books() -> None:
    house = await _open_house()
    house.clock.time = DEADLINE

    with pytest.raises(BookingClosedError):
        await book(house)


async def test_a_repeated_call_returns_the_booking_as_it_was_made() -> None:
    house = await _open_house()
    handler = BookHandler(unit_of_work=house, clock=house.clock, ids=FakeIds())
    key = IdempotencyKey(value="k", fingerprint="body").of(USER.id)
    command = Book(actor=USER, event_id="event", idempotency_key=key)
    first = await handler(command)
    await _cancel(house, first)

    assert await handler(command) == first
    assert _taken(house) == 0
    with pytest.raises(IdempotencyKeyReusedError):
        await handler(evolve(command, idempotency_key=evolve(key, fingerprint="other")))


def test_the_same_key_of_two_people_is_two_keys() -> None:
    key = IdempotencyKey(value="k" * 255, fingerprint="body")

    assert key.of("one") != key.of("two")
    assert key.of("one") == key.of("one")
    assert key.of("one").fingerprint == "body"


# Cancelling


async def test_cancelling_gives_the_seats_back_once() -> None:
    house = await _open_house()
    booking = await book(house, quantity=3)

    cancelled = await _cancel(house, booking)
    again = await _cancel(house, booking)

    assert (cancelled.status, cancelled.cancelled_at) == (BookingStatus.CANCELLED, NOON)
    assert again == cancelled
    assert _taken(house) == 0
    assert house.messages(BookingCancelled) == [
        BookingCancelled(actor_id=USER.id, booking_id=booking.id, event_id="event", quantity=3)
    ]


@pytest.mark.parametrize("actor", [user(1), ORGANIZER, OTHER_ORGANIZER])
async def test_the_booking_of_another_is_not_found(actor: Actor) -> None:
    house = await _open_house()
    booking = await book(house)

    with pytest.raises(BookingNotFoundError):
        await _cancel(house, booking, actor)

    assert _taken(house) == 1


async def test_an_administrator_cancels_any_booking() -> None:
    house = await _open_house()
    booking = await book(house)

    assert (await _cancel(house, booking, ADMIN)).status is BookingStatus.CANCELLED


async def test_a_guest_cancels_nothing() -> None:
    house = await _open_house()
    booking = await book(house)

    with pytest.raises(SignInRequiredError):
        await _cancel(house, booking, GUEST)


# With the event


async def _cancelled(house: FakeHouse, *, notify: bool = True) -> Any:  # noqa: ANN401  # a delivery
    async with house() as tx:
        await tx.publish(OwnEventCancelled(actor_id="o", event_id="event", notify=notify))
    return await claim_one(house, OwnEventCancelled)


@pytest.mark.parametrize("notify", [True, False])
async def test_the_bookings_of_a_cancelled_event_end_once_each(*, notify: bool) -> None:
    house = await _open_house(capacity=1000)
    for number in range(250):
        await book(house, user(number))
    delivery = await _cancelled(house, notify=notify)
    handler = EndBookingsHandler(unit_of_work=house, clock=house.clock)

    await handler(delivery)
    await handler(delivery)

    told = house.messages(BookingCancelled)
    assert len({message.booking_id for message in told}) == len(told) == 250
    assert {(message.reason, message.notify) for message in told} == {("event-cancelled", notify)}
    assert _taken(house) == 0
    assert house.outbox.all[delivery.id].state is OutboxState.DELIVERED


async def test_what_dies_between_two_batches_is_taken_up_again() -> None:
    house = await _open_house(capacity=1000)
    for number in range(150):
        await book(house, user(number))
    delivery = await _cancelled(house)
    house.fail_at = house.transactions + 2
    handler = EndBookingsHandler(unit_of_work=house, clock=house.clock)

    with pytest.raises(StorageUnavailableError):
        await handler(delivery)
    await handler(delivery)

    assert len(house.messages(BookingCancelled)) == 150
    assert not any(booking.active for booking in house.bookings.all.values())


async def test_another_message_is_not_for_it() -> None:
    house = await _open_house()
    await book(house)
    delivery = await claim_one(house, BookingConfirmed)

    with pytest.raises(TypeError):
        await EndBookingsHandler(unit_of_work=house, clock=house.clock)(delivery)
