"""What is undecided when its decision is due is rejected."""

import asyncio
from contextlib import suppress

from attrs import evolve

from events_face_core.kernel import Message, StorageUnavailableError
from events_face_core.registration import (
    Confirmed,
    Reason,
    RegistrationDecided,
    RejectOverdueHandler,
    TakeBackRequested,
)
from events_face_core.registration.deciding import LATE_REPLY
from events_face_core.registration.usecases.reject_overdue import _BATCH
from unit.fakes import NOON, FakeHouse
from unit.registration.making import DUE, MINUTE, a_registration


def _house_with(count: int, *, unanswered: int = 0) -> FakeHouse:
    """Return a house with registrations that are due, the first since longest."""
    house = FakeHouse()
    house.clock.time = DUE
    for number in range(count):
        one = a_registration(f"r{number:03}", email=f"r{number}@example.com", unanswered=unanswered)
        due_at = DUE - (count - 1 - number) * MINUTE / count
        house.registrations.all[one.id] = evolve(one, decision_due_at=due_at)
    return house


async def _reject(house: FakeHouse) -> int:
    return await RejectOverdueHandler(unit_of_work=house, clock=house.clock)()


async def test_every_overdue_registration_is_rejected() -> None:
    house = _house_with(3)

    found = await _reject(house)

    reasons = {one.reason for one in house.registrations.all.values()}
    assert (found, reasons) == (3, {Reason.PROVIDER_UNAVAILABLE})
    assert len(house.messages(RegistrationDecided)) == 3


async def test_a_rejection_bears_the_time_at_which_it_fell() -> None:
    house = _house_with(1)
    house.clock.forward(minutes=5)

    await _reject(house)

    assert house.registrations.all["r000"].decided_at == DUE + 5 * MINUTE


async def test_what_is_not_due_or_decided_is_left_alone() -> None:
    house = FakeHouse()
    house.clock.time = DUE - MINUTE
    decided = a_registration("decided", state=Confirmed(decided_at=NOON), email="d@example.com")
    house.registrations.all.update(pending=a_registration("pending"), decided=decided)

    found = await _reject(house)

    assert (found, house.messages(RegistrationDecided)) == (0, [])


async def test_a_place_that_may_be_held_is_asked_back_after_a_while() -> None:
    house = _house_with(1, unanswered=1)

    await _reject(house)

    (row,) = [r for r in house.outbox.all.values() if isinstance(r.message, TakeBackRequested)]
    assert row.at == DUE + LATE_REPLY


async def test_a_second_run_decides_nothing_again() -> None:
    house = _house_with(2)
    await _reject(house)

    found = await _reject(house)

    assert (found, len(house.messages(RegistrationDecided))) == (0, 2)


async def test_one_run_takes_the_hundred_that_waited_longest() -> None:
    house = _house_with(_BATCH + 1)

    found = await _reject(house)

    pending = [one.id for one in house.registrations.all.values() if one.status == "pending"]
    assert (found, pending) == (_BATCH, [f"r{_BATCH}"])


async def test_a_crash_keeps_the_rejections_before_it() -> None:
    house = _house_with(3)
    house.fail_at = 3  # the list, the first, the second

    with suppress(StorageUnavailableError):
        await _reject(house)

    assert house.registrations.all["r000"].status == "rejected"


async def test_one_decided_since_the_list_was_made_keeps_its_decision() -> None:
    house = _house_with(2)

    async def confirm_the_other(_: FakeHouse, message: Message) -> None:
        other = house.registrations.all["r001"]
        await house.registrations.save(evolve(other, state=Confirmed(decided_at=NOON)))

    house.reactions = {RegistrationDecided.name: confirm_the_other}

    await _reject(house)

    assert house.registrations.all["r001"].status == "confirmed"
    assert len(house.messages(RegistrationDecided)) == 1


async def test_one_that_trips_over_a_bug_does_not_stop_the_others() -> None:
    house = _house_with(3)

    async def trip(_: FakeHouse, message: Message) -> None:
        if message == RegistrationDecided(
            registration_id="r000", status="rejected", reason="provider-unavailable"
        ):
            raise LookupError("no such text")

    house.reactions = {RegistrationDecided.name: trip}

    with suppress(LookupError):
        await _reject(house)

    statuses = [one.status for one in house.registrations.all.values()]
    assert statuses == ["pending", "rejected", "rejected"]


async def test_two_runs_at_once_decide_once() -> None:
    house = _house_with(2)

    await asyncio.gather(_reject(house), _reject(house))

    assert len(house.messages(RegistrationDecided)) == 2
