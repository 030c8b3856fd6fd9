"""The contract of the port ``Registrations``."""

from __future__ import annotations

import asyncio

import pytest
from attrs import evolve

from contract.storage.making import (
    DAY,
    HOUR,
    INSTANT,
    MINUTE,
    Storage,
    a_registration,
    put_registrations,
    rolled_back,
)
from events_face_core.registration import (
    AlreadyRegisteredError,
    Cancelled,
    Confirmed,
    Language,
    Pending,
    Reason,
    Registration,
    Rejected,
    State,
)
from unit.fakes import NOON

CONFIRMED = Confirmed(decided_at=NOON + MINUTE)
REJECTED = Rejected(decided_at=NOON + MINUTE, reason=Reason.SOLD_OUT)
CANCELLED = Cancelled(decided_at=NOON + MINUTE)
STATES: list[State] = [
    Pending(),
    CONFIRMED,
    CANCELLED,
    *(Rejected(decided_at=NOON + INSTANT, reason=reason) for reason in Reason),
    *(Cancelled(decided_at=NOON + INSTANT, reason=reason) for reason in Reason),
]


async def _find(storage: Storage, registration_id: str = "registration") -> Registration | None:
    async with storage() as tx:
        return await tx.registrations.find(registration_id)


async def _find_active(storage: Storage, event_id: str, email_key: str) -> Registration | None:
    async with storage() as tx:
        return await tx.registrations.find_active(event_id, email_key)


async def _save(storage: Storage, registration: Registration) -> None:
    async with storage() as tx:
        await tx.registrations.save(registration)


async def test_an_unknown_registration_is_not_found(storage: Storage) -> None:
    assert await _find(storage) is None


@pytest.mark.parametrize("state", STATES)
async def test_a_registration_in_every_state_is_found_as_it_was_added(
    storage: Storage, state: State
) -> None:
    registration = a_registration(state=state)
    await put_registrations(storage, registration)

    assert await _find(storage) == registration


@pytest.mark.parametrize("language", Language)
async def test_everything_that_is_known_of_a_registration_is_kept(
    storage: Storage, language: Language
) -> None:
    registration = a_registration(
        email="Ivan.Петров+tag@Example.COM",
        seat="A-15",
        language=language,
        created_at=NOON + INSTANT,
        decision_due_at=NOON + DAY + INSTANT,
        idempotency_key="k" * 255,
        attempts=7,
        unanswered=3,
        decided_here=True,
        ticket_id="t" * 500,
        state=CONFIRMED,
    )
    await put_registrations(storage, registration)

    assert await _find(storage) == registration


@pytest.mark.parametrize("state", STATES)
async def test_a_registration_is_found_as_it_was_saved(storage: Storage, state: State) -> None:
    registration = a_registration()
    await put_registrations(storage, registration)
    decided = evolve(registration, state=state, attempts=2, unanswered=1, ticket_id="ticket")
    await _save(storage, decided)

    assert await _find(storage) == decided


async def test_saving_one_registration_leaves_the_others_alone(storage: Storage) -> None:
    one, two = a_registration("one"), a_registration("two", email="other@example.com")
    await put_registrations(storage, one, two)

    await _save(storage, evolve(one, state=CONFIRMED))

    assert await _find(storage, "two") == two


async def test_what_a_registration_no_longer_says_is_forgotten(storage: Storage) -> None:
    registration = a_registration(attempts=1, unanswered=1, ticket_id="ticket", state=REJECTED)
    await put_registrations(storage, registration)
    bare = registration.as_accepted()
    await _save(storage, bare)

    assert await _find(storage) == bare


@pytest.mark.parametrize("state", [Pending(), CONFIRMED])
async def test_a_pending_or_confirmed_registration_is_active(
    storage: Storage, state: State
) -> None:
    registration = a_registration(state=state)
    await put_registrations(storage, registration)

    assert await _find_active(storage, "event", "ivan@example.com") == registration


@pytest.mark.parametrize("state", [REJECTED, CANCELLED])
async def test_a_rejected_or_cancelled_registration_is_not_active(
    storage: Storage, state: State
) -> None:
    await put_registrations(storage, a_registration(state=state))

    assert await _find_active(storage, "event", "ivan@example.com") is None


@pytest.mark.parametrize(
    ("event_id", "email_key"),
    [("other", "ivan@example.com"), ("event", "other@example.com"), ("event", "ivan@example.co")],
)
async def test_another_event_or_email_is_another_matter(
    storage: Storage, event_id: str, email_key: str
) -> None:
    await put_registrations(storage, a_registration())

    assert await _find_active(storage, event_id, email_key) is None


async def test_an_email_is_looked_for_without_regard_to_case(storage: Storage) -> None:
    registration = a_registration(email="Ivan@Example.COM")
    await put_registrations(storage, registration)

    found = await _find_active(storage, "event", registration.visitor.email_key)

    assert found == registration
    assert registration.visitor.email_key == "ivan@example.com"


@pytest.mark.parametrize("state", [Pending(), CONFIRMED])
@pytest.mark.parametrize("email", ["ivan@example.com", "IVAN@Example.Com"])
async def test_two_active_registrations_of_one_email_are_refused(
    storage: Storage, email: str, state: State
) -> None:
    await put_registrations(storage, a_registration(state=state))

    with pytest.raises(AlreadyRegisteredError) as refused:
        await put_registrations(storage, a_registration("second", email=email))

    assert refused.value.registration_id is None
    assert await _find(storage, "second") is None


async def test_what_is_in_the_way_is_found_in_the_transaction_that_was_refused(
    storage: Storage,
) -> None:
    first = a_registration()
    await put_registrations(storage, first)

    async with storage() as tx:
        with pytest.raises(AlreadyRegisteredError):
            await tx.registrations.add(a_registration("second"))

        found = await tx.registrations.find_active("event", "ivan@example.com")

    assert found == first


async def test_after_a_refusal_the_storage_goes_on(storage: Storage) -> None:
    await put_registrations(storage, a_registration())
    with pytest.raises(AlreadyRegisteredError):
        await put_registrations(storage, a_registration("second"))

    await put_registrations(storage, a_registration("third", event_id="other"))

    assert await _find(storage, "third") is not None


@pytest.mark.parametrize("state", [REJECTED, CANCELLED])
async def test_after_a_cancelled_or_rejected_one_another_is_taken(
    storage: Storage, state: State
) -> None:
    await put_registrations(storage, a_registration("first", state=state))
    second = a_registration("second")

    await put_registrations(storage, second)

    assert await _find_active(storage, "event", "ivan@example.com") == second


async def test_a_place_can_be_given_up_and_taken_again_many_times(storage: Storage) -> None:
    for number in range(5):
        registration = a_registration(f"r{number}")
        await put_registrations(storage, registration)
        await _save(storage, evolve(registration, state=CANCELLED))

    assert await _find_active(storage, "event", "ivan@example.com") is None


async def test_one_email_registers_for_two_events(storage: Storage) -> None:
    await put_registrations(storage, a_registration("a"), a_registration("b", event_id="other"))

    assert await _find(storage, "b") is not None


async def _holds_former_place(storage: Storage, event_id: str, email_key: str) -> bool:
    async with storage() as tx:
        return await tx.registrations.holds_former_place(event_id, email_key)


@pytest.mark.parametrize("state", [REJECTED, CANCELLED])
async def test_a_rejected_or_cancelled_registration_with_a_ticket_holds_a_former_place(
    storage: Storage, state: State
) -> None:
    former = a_registration("former", email="Ivan@example.com", ticket_id="t", state=state)
    await put_registrations(storage, former, a_registration("current"))

    assert await _holds_former_place(storage, "event", "ivan@example.com")
    assert not await _holds_former_place(storage, "other", "ivan@example.com")
    assert not await _holds_former_place(storage, "event", "other@example.com")


@pytest.mark.parametrize("state", [REJECTED, CANCELLED])
async def test_a_rejected_or_cancelled_registration_with_a_lost_reply_may_hold_a_former_place(
    storage: Storage, state: State
) -> None:
    former = a_registration("former", email="Ivan@example.com", unanswered=1, state=state)
    await put_registrations(storage, former, a_registration("current"))

    assert await _holds_former_place(storage, "event", "ivan@example.com")
    assert not await _holds_former_place(storage, "other", "ivan@example.com")
    assert not await _holds_former_place(storage, "event", "other@example.com")


@pytest.mark.parametrize("state", [Pending(), CONFIRMED])
async def test_an_active_registration_holds_no_former_place(storage: Storage, state: State) -> None:
    await put_registrations(storage, a_registration(ticket_id="ticket", unanswered=1, state=state))

    assert not await _holds_former_place(storage, "event", "ivan@example.com")


async def test_a_place_whose_ticket_was_given_back_is_held_no_more(storage: Storage) -> None:
    former = a_registration(ticket_id="ticket", state=CANCELLED)
    await put_registrations(storage, former)
    await _save(storage, evolve(former, ticket_id=None))

    assert not await _holds_former_place(storage, "event", "ivan@example.com")


async def test_a_place_that_is_in_doubt_no_more_is_not_held(storage: Storage) -> None:
    former = a_registration(unanswered=2, state=CANCELLED)
    await put_registrations(storage, former)
    await _save(storage, evolve(former, unanswered=0))

    assert not await _holds_former_place(storage, "event", "ivan@example.com")


async def test_the_pending_and_confirmed_registrations_of_an_event_are_its_active_ones(
    storage: Storage,
) -> None:
    states: dict[str, State] = {
        "pending": Pending(),
        "confirmed": CONFIRMED,
        "rejected": REJECTED,
        "cancelled": CANCELLED,
    }
    await put_registrations(
        storage,
        *(a_registration(id_, email=f"{id_}@x.org", state=s) for id_, s in states.items()),
        a_registration("elsewhere", event_id="other"),
    )

    async with storage() as tx:
        active = await tx.registrations.active_of("event", limit=10)

    assert sorted(active) == ["confirmed", "pending"]


async def test_no_more_active_registrations_are_returned_than_asked_for(storage: Storage) -> None:
    await put_registrations(
        storage, *(a_registration(f"r{n}", email=f"v{n}@x.org") for n in range(5))
    )

    async with storage() as tx:
        assert len(set(await tx.registrations.active_of("event", limit=3))) == 3


async def test_a_registration_is_overdue_from_the_instant_that_it_is_due(storage: Storage) -> None:
    due = {"before": NOON - INSTANT, "at": NOON, "after": NOON + INSTANT}
    await put_registrations(
        storage, *(a_registration(id_, event_id=id_, decision_due_at=at) for id_, at in due.items())
    )

    async with storage() as tx:
        overdue = await tx.registrations.overdue(NOON, limit=10)

    assert list(overdue) == ["before", "at"]


@pytest.mark.parametrize("state", [CONFIRMED, REJECTED, CANCELLED])
async def test_a_decided_registration_is_not_overdue(storage: Storage, state: State) -> None:
    await put_registrations(storage, a_registration(state=state))

    async with storage() as tx:
        assert list(await tx.registrations.overdue(NOON + DAY, limit=10)) == []


async def test_the_oldest_overdue_registrations_come_first_and_no_more_than_asked_for(
    storage: Storage,
) -> None:
    ages = [3, 1, 5, 2, 4]
    await put_registrations(
        storage,
        *(
            a_registration(f"r{age}", event_id=f"e{age}", decision_due_at=NOON - age * HOUR)
            for age in ages
        ),
    )

    async with storage() as tx:
        overdue = await tx.registrations.overdue(NOON, limit=3)

    assert list(overdue) == ["r5", "r4", "r3"]


async def test_a_registration_of_a_transaction_that_fails_is_not_there(storage: Storage) -> None:
    await rolled_back(storage, lambda tx: tx.registrations.add(a_registration()))

    assert await _find(storage) is None
    await put_registrations(storage, a_registration())


async def test_a_change_of_a_transaction_that_fails_is_undone(storage: Storage) -> None:
    registration = a_registration()
    await put_registrations(storage, registration)

    changed = evolve(registration, state=CANCELLED, attempts=9)
    await rolled_back(storage, lambda tx: tx.registrations.save(changed))

    assert await _find(storage) == registration


async def test_of_many_at_once_with_one_email_exactly_one_gets_in(
    storage: Storage, other: Storage
) -> None:
    async def add(adding: Storage, number: int) -> None:
        await put_registrations(adding, a_registration(f"r{number}"))

    outcomes = await asyncio.gather(
        *(add(one, number) for number, one in enumerate([storage, other] * 20)),
        return_exceptions=True,
    )

    assert outcomes.count(None) == 1
    assert {type(outcome) for outcome in outcomes} == {type(None), AlreadyRegisteredError}


async def test_a_loaded_registration_is_locked_against_other_writers(
    storage: Storage, other: Storage
) -> None:
    await put_registrations(storage, a_registration())

    async def attempt(attempting: Storage) -> None:
        async with attempting() as tx:
            registration = await tx.registrations.find("registration")
            assert registration is not None
            await asyncio.sleep(0)
            await tx.registrations.save(evolve(registration, attempts=registration.attempts + 1))

    await asyncio.gather(*(attempt(one) for one in (storage, other) * 20))

    found = await _find(storage)
    assert found is not None
    assert found.attempts == 40


async def test_registering_again_waits_for_the_cancellation_under_way(
    storage: Storage, other: Storage
) -> None:
    first = a_registration("first")
    await put_registrations(storage, first)

    async with storage() as tx:
        await tx.registrations.save(evolve(first, state=CANCELLED))
        second = asyncio.create_task(put_registrations(other, a_registration("second")))
        await asyncio.sleep(0.05)
        assert not second.done()
    await second

    assert await _find(storage, "second") is not None
