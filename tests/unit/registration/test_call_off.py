"""An event will not take place: whoever registered for it is told, once."""

import pytest

from events_face_core.kernel import StorageUnavailableError
from events_face_core.registration import (
    CallOffRegistrations,
    CallOffRegistrationsHandler,
    Cancelled,
    Confirmed,
    Reason,
    Registration,
    RegistrationDecided,
    Rejected,
    TakeBackRequested,
)
from unit.fakes import NOON, FakeHouse
from unit.registration.making import a_registration

CONFIRMED = Confirmed(decided_at=NOON)


async def _call_off(house: FakeHouse) -> int:
    handler = CallOffRegistrationsHandler(unit_of_work=house, clock=house.clock)
    return await handler(CallOffRegistrations(event_id="event"))


def _house_with(*registrations: Registration) -> FakeHouse:
    house = FakeHouse()
    house.registrations.all.update({r.id: r for r in registrations})
    return house


async def test_a_confirmed_registration_is_cancelled_with_the_event() -> None:
    house = _house_with(a_registration(state=CONFIRMED, ticket_id="t"))

    await _call_off(house)

    cancelled = Cancelled(decided_at=NOON, reason=Reason.EVENT_CANCELLED)
    assert house.registrations.all["registration"].state == cancelled


async def test_the_place_of_a_confirmed_registration_is_asked_back() -> None:
    house = _house_with(a_registration(state=CONFIRMED, ticket_id="t"))

    await _call_off(house)

    assert [m.ticket_id for m in house.messages(TakeBackRequested)] == ["t"]


async def test_a_pending_registration_is_rejected_with_the_event() -> None:
    house = _house_with(a_registration())

    await _call_off(house)

    rejected = Rejected(decided_at=NOON, reason=Reason.EVENT_CANCELLED)
    assert house.registrations.all["registration"].state == rejected


async def test_what_was_ended_before_stays_as_it_was() -> None:
    ended = a_registration(state=Rejected(decided_at=NOON, reason=Reason.SOLD_OUT))
    house = _house_with(ended)

    await _call_off(house)

    assert house.registrations.all["registration"] == ended


async def test_more_than_a_batch_is_called_off_and_each_is_told_once() -> None:
    many = [
        a_registration(f"r{n}", state=CONFIRMED, email=f"ivan{n}@example.com") for n in range(250)
    ]
    house = _house_with(*many)

    ended = await _call_off(house)

    told = [message.registration_id for message in house.messages(RegistrationDecided)]
    assert ended == 250
    assert sorted(told) == sorted(registration.id for registration in many)


async def test_a_crash_in_between_tells_nobody_twice() -> None:
    many = [
        a_registration(f"r{n}", state=CONFIRMED, email=f"ivan{n}@example.com") for n in range(5)
    ]
    house = _house_with(*many)
    house.fail_at = house.transactions + 4
    with pytest.raises(StorageUnavailableError):
        await _call_off(house)

    await _call_off(house)

    told = [message.registration_id for message in house.messages(RegistrationDecided)]
    assert sorted(told) == sorted(registration.id for registration in many)
