"""Registration sees the catalogue's events."""

import pytest

from events_face_core.catalogue import EventStatus
from events_face_core.registration import EventSnapshot
from unit.fakes import NOON, FakeHouse
from unit.registration.making import DAY, put_event


@pytest.mark.parametrize(
    ("status", "is_open", "cancelled"),
    [
        (EventStatus.NEW, False, False),
        (EventStatus.OPEN, True, False),
        (EventStatus.REGISTRATION_CLOSED, False, False),
        (EventStatus.FINISHED, False, False),
        (EventStatus.CANCELLED, False, True),
    ],
)
async def test_an_event_takes_registrations_while_it_is_open(
    status: EventStatus, *, is_open: bool, cancelled: bool
) -> None:
    house = FakeHouse()
    put_event(house, status)

    event = await house.registrable_events.find("event")

    assert event is not None
    assert (event.open, event.cancelled) == (is_open, cancelled)


async def test_what_registration_keeps_of_an_event_is_what_the_catalogue_shows() -> None:
    house = FakeHouse()
    put_event(house)

    event = await house.registrable_events.find("event")

    assert event is not None
    assert event.registration_deadline == NOON + 9 * DAY
    assert event.snapshot == EventSnapshot(id="event", name="Концерт", event_time=NOON + 10 * DAY)


async def test_an_unknown_event_is_unknown_to_registration_too() -> None:
    assert await FakeHouse().registrable_events.find("event") is None
