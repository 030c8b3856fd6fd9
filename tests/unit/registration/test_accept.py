"""A visitor's registration is taken, to be decided later."""

from datetime import datetime, timedelta

import pytest
from attrs import evolve

from events_face_core.catalogue import EventStatus
from events_face_core.kernel import (
    IdempotencyKey,
    IdempotencyKeyReusedError,
    InvalidInputError,
    StorageUnavailableError,
)
from events_face_core.registration import (
    AcceptRegistration,
    AcceptRegistrationHandler,
    AlreadyRegisteredError,
    Cancelled,
    Confirmed,
    EventSnapshot,
    EventUnknownError,
    Language,
    Pending,
    Reason,
    Registration,
    RegistrationAccepted,
    RegistrationClosedError,
    Rejected,
    State,
    Visitor,
)
from unit.fakes import NOON, FakeHouse, FakeIds
from unit.registration.making import DAY, HOUR, put_event

DEADLINE = NOON + 9 * DAY
INSTANT = timedelta(microseconds=1)
WISH = AcceptRegistration(
    event_id="event",
    first_name=" Иван ",
    last_name="Петров",
    email="Ivan@example.com",
    seat="A1",
    language=Language.ENGLISH,
)


def _open_house(status: EventStatus = EventStatus.OPEN) -> FakeHouse:
    house = FakeHouse()
    put_event(house, status)
    return house


def _with_key(wish: AcceptRegistration, value: str = "k", body: str = "body") -> AcceptRegistration:
    return evolve(wish, idempotency_key=IdempotencyKey(value=value, fingerprint=body))


async def _accept(house: FakeHouse, wish: AcceptRegistration = WISH) -> Registration:
    accept = AcceptRegistrationHandler(
        unit_of_work=house,
        clock=house.clock,
        ids=FakeIds(made=len(house.registrations.all)),
        decision_window=HOUR,
    )
    return await accept(wish)


async def test_a_wish_becomes_a_pending_registration() -> None:
    house = _open_house()

    registration = await _accept(house)

    assert registration == Registration(
        id="id-1",
        event=EventSnapshot(id="event", name="Концерт", event_time=NOON + 10 * DAY),
        visitor=Visitor(first_name="Иван", last_name="Петров", email="Ivan@example.com"),
        seat="A1",
        language=Language.ENGLISH,
        created_at=NOON,
        decision_due_at=NOON + HOUR,
        state=Pending(),
    )
    assert house.registrations.all == {"id-1": registration}


async def test_a_registration_is_queued_for_the_aggregator() -> None:
    house = _open_house()

    await _accept(house)

    assert house.messages(RegistrationAccepted) == [RegistrationAccepted(registration_id="id-1")]


async def test_a_registration_and_its_message_commit_together() -> None:
    house = _open_house()
    house.fail_at = 1

    with pytest.raises(StorageUnavailableError):
        await _accept(house, _with_key(WISH))

    assert (house.registrations.all, house.outbox.all, house.idempotency_keys.all) == ({}, {}, {})


# What is refused.


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"first_name": " "}, "first_name"),
        ({"last_name": "я" * 101}, "last_name"),
        ({"email": "ivan"}, "email"),
        ({"seat": ""}, "seat"),
    ],
)
async def test_a_field_that_breaks_its_rule_is_named(change: dict[str, str], field: str) -> None:
    house = _open_house()

    with pytest.raises(InvalidInputError) as raised:
        await _accept(house, evolve(WISH, **change))  # type: ignore[arg-type]

    assert (raised.value.field, house.transactions) == (field, 0)


async def test_an_unknown_event_is_refused() -> None:
    with pytest.raises(EventUnknownError):
        await _accept(FakeHouse())


@pytest.mark.parametrize("status", [s for s in EventStatus if s is not EventStatus.OPEN])
async def test_an_event_that_is_not_open_is_refused(status: EventStatus) -> None:
    with pytest.raises(RegistrationClosedError):
        await _accept(_open_house(status))


@pytest.mark.parametrize("now", [DEADLINE, DEADLINE + INSTANT])
async def test_an_event_whose_deadline_has_come_is_refused(now: datetime) -> None:
    house = _open_house()
    house.clock.time = now

    with pytest.raises(RegistrationClosedError):
        await _accept(house)


async def test_an_event_is_open_until_the_last_instant_before_its_deadline() -> None:
    house = _open_house()
    house.clock.time = DEADLINE - INSTANT

    registration = await _accept(house)

    assert registration.status == "pending"


@pytest.mark.parametrize("state", [Pending(), Confirmed(decided_at=NOON)])
async def test_the_same_person_is_registered_once(state: State) -> None:
    house = _open_house()
    first = await _accept(house)
    house.registrations.all[first.id] = evolve(first, state=state)

    with pytest.raises(AlreadyRegisteredError) as raised:
        await _accept(house, evolve(WISH, email="IVAN@EXAMPLE.COM"))

    assert raised.value.registration_id is None
    assert len(house.registrations.all) == 1


@pytest.mark.parametrize(
    "state",
    [Rejected(decided_at=NOON, reason=Reason.SOLD_OUT), Cancelled(decided_at=NOON)],
)
async def test_whoever_has_no_place_any_more_may_try_again(state: State) -> None:
    house = _open_house()
    first = await _accept(house)
    house.registrations.all[first.id] = evolve(first, state=state)

    second = await _accept(house)

    assert second.id == "id-2"


async def test_another_person_may_register_too() -> None:
    house = _open_house()
    await _accept(house)

    await _accept(house, evolve(WISH, email="maria@example.com"))

    assert len(house.registrations.all) == 2


# Idempotency keys.


async def test_a_repeated_call_is_answered_as_the_first_was() -> None:
    house = _open_house()
    first = await _accept(house, _with_key(WISH))
    house.registrations.all[first.id] = evolve(first, state=Confirmed(decided_at=NOON))

    second = await _accept(house, _with_key(WISH))

    assert second == first
    assert len(house.messages(RegistrationAccepted)) == 1


async def test_a_repeated_call_is_answered_after_the_event_closed_and_went() -> None:
    house = _open_house()
    first = await _accept(house, _with_key(WISH))
    house.events.all.clear()
    house.clock.time = DEADLINE + DAY

    assert await _accept(house, _with_key(WISH)) == first


async def test_a_key_that_was_used_for_another_request_is_refused() -> None:
    house = _open_house()
    await _accept(house, _with_key(WISH))

    with pytest.raises(IdempotencyKeyReusedError):
        await _accept(house, _with_key(evolve(WISH, email="m@example.com"), body="other"))

    assert len(house.registrations.all) == 1


async def test_a_refused_call_does_not_use_its_key_up() -> None:
    house = _open_house(EventStatus.NEW)
    with pytest.raises(RegistrationClosedError):
        await _accept(house, _with_key(WISH))
    put_event(house)

    registration = await _accept(house, _with_key(WISH))

    assert registration.idempotency_key == "k"


async def test_somebody_elses_key_learns_nothing_of_the_registration() -> None:
    house = _open_house()
    await _accept(house, _with_key(WISH))

    with pytest.raises(AlreadyRegisteredError) as raised:
        await _accept(house, _with_key(WISH, "another"))

    assert raised.value.registration_id is None


async def test_the_same_client_learns_which_registration_is_in_the_way() -> None:
    house = _open_house()
    first = await _accept(house, _with_key(WISH))
    house.idempotency_keys.all.clear()  # keys are kept for a day only

    with pytest.raises(AlreadyRegisteredError) as raised:
        await _accept(house, _with_key(WISH))

    assert raised.value.registration_id == first.id


async def test_a_registration_without_a_key_is_nobodys_to_learn_of() -> None:
    house = _open_house()
    await _accept(house)

    with pytest.raises(AlreadyRegisteredError) as raised:
        await _accept(house, _with_key(WISH))

    assert raised.value.registration_id is None
