"""What becomes of own events and bookings is announced, in order, and without who did it."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from events_face_core.announcements import AnnouncementWritten
from events_face_core.kernel import Act, Message, StorageUnavailableError
from events_face_core.processes import ANNOUNCED_ACTS, AnnounceAct
from events_face_core.ticketing import (
    ANY_VERSION,
    BookingCancelled,
    BookingConfirmed,
    CancelBooking,
    CancelBookingHandler,
    CancelOwnEvent,
    CancelOwnEventHandler,
    ChangeOwnEvent,
    ChangeOwnEventHandler,
    EndBookingsHandler,
    OwnEventCancelled,
    OwnEventChanged,
    OwnEventCompleted,
    OwnEventCreated,
    OwnEventMoved,
    OwnEventPublished,
    OwnEventStatus,
)
from unit.fakes import NOON, FakeClock, FakeHouse
from unit.ticketing.making import (
    DAY,
    EVENT_TIME,
    ORGANIZER,
    USER,
    an_event,
    book,
    claim_one,
    publish,
    put,
)

OF_EVENT: dict[str, Any] = {"actor_id": "somebody", "event_id": "event"}
OF_BOOKING = {**OF_EVENT, "booking_id": "booking"}


async def _house(status: OwnEventStatus = OwnEventStatus.PUBLISHED) -> FakeHouse:
    house = FakeHouse()
    announce = AnnounceAct(clock=house.clock)
    house.reactions.update((act.name, announce) for act in ANNOUNCED_ACTS)
    await put(house, an_event(status))
    return house


async def _announced(message: Message) -> AnnouncementWritten:
    """Publish a message; return what is announced of it."""
    house = await _house()
    async with house() as tx:
        await tx.publish(message)
    (announced,) = house.messages(AnnouncementWritten)
    assert isinstance(announced, AnnouncementWritten)
    return announced


async def _change(house: FakeHouse, **changes: object) -> None:
    handler = ChangeOwnEventHandler(unit_of_work=house, clock=house.clock)
    await handler(
        ChangeOwnEvent(
            actor=ORGANIZER,
            event_id="event",
            changes=changes,
            versions=frozenset({ANY_VERSION}),
        )
    )


async def _cancel(house: FakeHouse) -> None:
    handler = CancelOwnEventHandler(unit_of_work=house, clock=house.clock)
    await handler(CancelOwnEvent(actor=ORGANIZER, event_id="event", reason="дождь"))


@pytest.mark.parametrize(
    ("act", "subject", "data"),
    [
        (
            BookingConfirmed(**OF_BOOKING, quantity=2),
            "booking",
            {"booking_id": "booking", "event_id": "event", "quantity": 2},
        ),
        (
            BookingCancelled(**OF_BOOKING, reason="event-cancelled", notify=False, quantity=2),
            "booking",
            {
                "booking_id": "booking",
                "event_id": "event",
                "reason": "event-cancelled",
                "notify": False,
                "quantity": 2,
            },
        ),
        (OwnEventPublished(**OF_EVENT), "event", {"event_id": "event"}),
        (OwnEventChanged(**OF_EVENT), "event", {"event_id": "event"}),
        (
            OwnEventMoved(**OF_EVENT, event_time="2026-02-01T12:00:00+00:00"),
            "event",
            {"event_id": "event", "event_time": "2026-02-01T12:00:00+00:00"},
        ),
        (OwnEventCancelled(**OF_EVENT), "event", {"event_id": "event", "notify": True}),
        (OwnEventCompleted(**OF_EVENT), "event", {"event_id": "event"}),
    ],
)
async def test_an_act_is_announced_under_its_name_with_its_fields_but_not_its_actor(
    act: Act, subject: str, data: dict[str, Any]
) -> None:
    announced = await _announced(act)

    assert announced == AnnouncementWritten(
        type=act.name,
        subject=subject,
        occurred_at=NOON.isoformat(),
        data=announced.data,
    )
    assert json.loads(announced.data) == data
    assert announced.key == subject


async def test_an_event_is_announced_from_publication_to_cancellation_in_order() -> None:
    house = await _house(OwnEventStatus.DRAFT)

    await publish(house, house.own_events.all["event"])
    await _change(house, name="Другое имя")
    await _change(house, event_time=EVENT_TIME + DAY)
    await _cancel(house)

    announced = house.messages(AnnouncementWritten)
    assert [one.type for one in announced] == [
        "own-event.published",
        "own-event.changed",
        "own-event.moved",
        "own-event.cancelled",
    ]
    assert {one.key for one in announced} == {"event"}


async def test_a_booking_is_announced_from_confirmation_to_cancellation_in_order() -> None:
    house = await _house()
    cancel = CancelBookingHandler(unit_of_work=house, clock=house.clock)

    booking = await book(house)
    await cancel(CancelBooking(actor=USER, booking_id=booking.id))

    announced = house.messages(AnnouncementWritten)
    assert [(one.type, one.key) for one in announced] == [
        ("booking.confirmed", booking.id),
        ("booking.cancelled", booking.id),
    ]


async def test_bookings_that_end_with_their_event_are_announced() -> None:
    house = await _house()
    booking = await book(house)
    await _cancel(house)

    end = EndBookingsHandler(unit_of_work=house, clock=house.clock)
    await end(await claim_one(house, OwnEventCancelled))

    last = house.messages(AnnouncementWritten)[-1]
    assert (last.type, last.subject) == ("booking.cancelled", booking.id)
    assert json.loads(last.data)["reason"] == "event-cancelled"


async def test_nothing_is_announced_of_a_draft() -> None:
    house = await _house(OwnEventStatus.DRAFT)

    await _change(house, name="Другое имя")
    await publish(house, house.own_events.all["event"], at=NOON + timedelta(days=1))

    assert len(house.messages(OwnEventChanged)) == 2
    assert house.messages(AnnouncementWritten) == []


async def test_a_change_that_does_not_commit_is_not_announced() -> None:
    house = await _house()
    house.fail_at = house.transactions + 1

    with pytest.raises(StorageUnavailableError):
        await book(house)

    assert house.messages(AnnouncementWritten) == []


async def test_another_message_is_not_for_this_process() -> None:
    announce = AnnounceAct(clock=FakeClock())

    with pytest.raises(TypeError, match=r"own-event\.created"):
        await announce(FakeHouse(), OwnEventCreated(actor_id="o", event_id="event"))
