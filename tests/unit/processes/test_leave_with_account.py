"""When an account is deleted, its seats become free and what the person was told is erased."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from events_face_core.accounts import AccountDeleted
from events_face_core.engagement import ForgetPersonHandler, PersonForgotten
from events_face_core.kernel import SYSTEM, Delivery, StorageUnavailableError
from events_face_core.notifications import Notification
from events_face_core.processes import ForgetHolder, HolderLeft, LeaveWithAccount
from events_face_core.ticketing import (
    Booking,
    BookingCancelled,
    BookingConfirmed,
    BookingStatus,
    GiveUpBookingsHandler,
    OwnEventStatus,
)
from unit.engagement.making import EngagementHouse
from unit.fakes import NOON
from unit.ticketing.making import EVENT_TIME, USER, an_event, book, claim_due, put, user

DELETED = AccountDeleted(actor_id=USER.id, account_id=USER.id)


async def _house() -> EngagementHouse:
    """Two people hold seats; both were told of it."""
    house = EngagementHouse()
    house.reactions[DELETED.name] = LeaveWithAccount(clock=house.clock)
    await put(house, an_event(OwnEventStatus.PUBLISHED))
    for actor in (USER, user(1)):
        booking = await book(house, actor, quantity=2)
        await house.notifications.add(_told(f"of {actor.id}", booking.id))
    return house


def _told(notification_id: str, reference_id: str) -> Notification:
    return Notification(
        id=notification_id,
        reference_id=reference_id,
        email="anna@example.com",
        language="ru",
        template="booking-confirmed",
        message="Анна, ждём вас",
        created_at=NOON,
    )


def _booking_of(event_id: str) -> Booking:
    return Booking(
        id=f"of-{event_id}",
        event_id=event_id,
        user_id=USER.id,
        quantity=1,
        ticket_code="code",
        created_at=NOON,
    )


async def _delete(house: EngagementHouse) -> None:
    async with house() as tx:
        await tx.publish(DELETED)


async def _deliver(house: EngagementHouse) -> Sequence[Delivery]:
    give_up = GiveUpBookingsHandler(unit_of_work=house, clock=house.clock)
    process = ForgetHolder(
        unit_of_work=house, give_up=give_up, forget=ForgetPersonHandler(), clock=house.clock
    )
    deliveries = await claim_due(house, HolderLeft)
    for delivery in deliveries:
        await process(delivery)
    return deliveries


def _status(house: EngagementHouse, user_id: str) -> BookingStatus:
    (booking,) = (b for b in house.bookings.all.values() if b.user_id == user_id)
    return booking.status


async def test_the_persons_seats_are_free_and_nobody_elses() -> None:
    house = await _house()

    await _delete(house)
    await _deliver(house)

    assert _status(house, USER.id) is BookingStatus.CANCELLED
    assert _status(house, user(1).id) is BookingStatus.CONFIRMED
    assert house.seats.all["event"].taken == 2


async def test_what_was_written_while_the_account_was_deleted_is_forgotten_a_minute_later() -> None:
    house = await _house()
    await _delete(house)
    await _deliver(house)
    house.put_comment(USER.id)
    house.clock.forward(minutes=1)

    await _deliver(house)

    assert house.comments.all["comment"].user_id is None
    assert house.messages(PersonForgotten) == [PersonForgotten(actor_id=SYSTEM.id, user_id=USER.id)]


async def test_nobody_is_told_that_the_bookings_end() -> None:
    house = await _house()

    await _delete(house)
    await _deliver(house)

    (cancelled,) = house.messages(BookingCancelled)
    assert (cancelled.reason, cancelled.notify, cancelled.quantity) == ("holder-left", False, 2)


async def test_what_was_booked_for_an_event_that_is_over_still_counts() -> None:
    house = await _house()
    house.clock.time = EVENT_TIME

    await _delete(house)
    await _deliver(house)

    assert _status(house, USER.id) is BookingStatus.CONFIRMED


async def test_what_the_person_was_told_is_erased_and_nobody_elses() -> None:
    house = await _house()
    await house.notifications.add(_told("link", USER.id))
    await house.notifications.add(_told("of a visitor", "registration"))

    await _delete(house)
    await _deliver(house)

    erased = {one.id for one in house.notifications.all.values() if not one.email + one.message}
    assert erased == {f"of {USER.id}", "link"}


async def test_a_minute_later_it_is_done_again_for_what_was_under_way() -> None:
    house = await _house()
    await _delete(house)
    await _deliver(house)
    booking = await book(house, USER)
    await house.notifications.add(_told("late", booking.id))

    house.clock.forward(minutes=1)
    deliveries = await _deliver(house)

    assert len(deliveries) == 1
    assert not house.bookings.all[booking.id].active
    assert house.notifications.all["late"].email == ""


async def test_many_bookings_are_all_found() -> None:
    house = EngagementHouse()
    house.reactions[DELETED.name] = LeaveWithAccount(clock=house.clock)
    for number in range(150):
        event = an_event(OwnEventStatus.PUBLISHED, id=f"event-{number}")
        await put(house, event)
        await house.bookings.add(_booking_of(event.id))
        await house.notifications.add(_told(f"told-{number}", f"of-{event.id}"))

    await _delete(house)
    await _deliver(house)

    assert not any(booking.active for booking in house.bookings.all.values())
    assert not any(one.email for one in house.notifications.all.values())


async def test_what_died_in_between_is_done_at_the_next_delivery() -> None:
    house = await _house()
    await _delete(house)
    house.fail_at = house.transactions + 3
    with pytest.raises(StorageUnavailableError):
        await _deliver(house)

    house.clock.forward(minutes=1)
    await _deliver(house)

    assert house.seats.all["event"].taken == 2
    assert len(house.messages(BookingCancelled)) == 1


async def test_where_the_account_stays_nothing_is_asked_for() -> None:
    house = await _house()
    house.fail_at = house.transactions + 1

    with pytest.raises(StorageUnavailableError):
        await _delete(house)

    assert house.messages(HolderLeft) == []


async def test_other_messages_are_not_for_them() -> None:
    house = EngagementHouse()
    message = BookingConfirmed(actor_id="a", booking_id="b", event_id="e")
    give_up = GiveUpBookingsHandler(unit_of_work=house, clock=house.clock)
    process = ForgetHolder(
        unit_of_work=house, give_up=give_up, forget=ForgetPersonHandler(), clock=house.clock
    )

    with pytest.raises(TypeError):
        await LeaveWithAccount(clock=house.clock)(house, message)
    with pytest.raises(TypeError):
        await process(Delivery(id="d", message=message, attempts=1))
