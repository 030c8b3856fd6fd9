"""A visitor gives the place up."""

import pytest

from events_face_core.kernel import StorageUnavailableError
from events_face_core.registration import (
    Cancelled,
    CancelRegistration,
    CancelRegistrationHandler,
    Confirmed,
    Reason,
    Registration,
    RegistrationDecided,
    RegistrationNotFoundError,
    Rejected,
    TakeBackRequested,
)
from events_face_core.registration.deciding import LATE_REPLY
from unit.fakes import NOON, FakeHouse
from unit.registration.making import a_registration

CONFIRMED = a_registration(state=Confirmed(decided_at=NOON), ticket_id="t")


async def _cancel(house: FakeHouse) -> Registration:
    cancel = CancelRegistrationHandler(unit_of_work=house, clock=house.clock)
    return await cancel(CancelRegistration(registration_id="registration"))


def _house_with(registration: Registration) -> FakeHouse:
    house = FakeHouse()
    house.registrations.all[registration.id] = registration
    return house


async def test_a_confirmed_registration_is_cancelled_and_its_ticket_asked_back() -> None:
    house = _house_with(CONFIRMED)

    cancelled = await _cancel(house)

    assert cancelled.state == Cancelled(decided_at=NOON)
    assert house.registrations.all["registration"] == cancelled
    (wanted,) = house.messages(TakeBackRequested)
    assert wanted.ticket_id == "t"


async def test_a_known_ticket_is_asked_back_at_once() -> None:
    house = _house_with(CONFIRMED)

    await _cancel(house)

    assert {row.at for row in house.outbox.all.values()} == {NOON}


async def test_an_unknown_ticket_is_asked_back_when_its_reply_had_time_to_come() -> None:
    house = _house_with(a_registration(unanswered=1))

    await _cancel(house)

    (row,) = [r for r in house.outbox.all.values() if isinstance(r.message, TakeBackRequested)]
    assert row.at == NOON + LATE_REPLY


async def test_a_second_call_is_no_operation() -> None:
    house = _house_with(CONFIRMED)
    first = await _cancel(house)
    house.clock.forward(minutes=1)

    second = await _cancel(house)

    assert (second, len(house.messages(RegistrationDecided))) == (first, 1)


async def test_a_rejected_registration_stays_rejected() -> None:
    rejected = a_registration(state=Rejected(decided_at=NOON, reason=Reason.SOLD_OUT))
    house = _house_with(rejected)

    assert await _cancel(house) == rejected
    assert house.outbox.all == {}


async def test_an_unknown_registration_is_not_found() -> None:
    with pytest.raises(RegistrationNotFoundError):
        await _cancel(FakeHouse())


async def test_a_cancellation_and_its_messages_commit_together() -> None:
    house = _house_with(CONFIRMED)
    house.fail_at = 1

    with pytest.raises(StorageUnavailableError):
        await _cancel(house)

    assert (house.registrations.all["registration"], house.outbox.all) == (CONFIRMED, {})
