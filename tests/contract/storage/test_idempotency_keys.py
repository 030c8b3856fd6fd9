"""The contract of the port ``IdempotencyKeys``, and the race that it is there for."""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest

from contract.storage.making import (
    DAY,
    HOUR,
    INSTANT,
    PlannedError,
    Storage,
    an_event,
    put_events,
    rolled_back,
    rows,
)
from events_face_adapters.system import RandomIds
from events_face_core.kernel import FirstUse, IdempotencyKey, IdempotencyKeyReusedError
from events_face_core.registration import (
    AcceptRegistration,
    AcceptRegistrationHandler,
    AlreadyRegisteredError,
    Registration,
)
from unit.fakes import NOON, FakeClock

KEY = IdempotencyKey(value="key", fingerprint="fingerprint")
USED = FirstUse(fingerprint="fingerprint", resource_id="registration")


async def _keep(storage: Storage, key: IdempotencyKey = KEY, *, age: int = 0) -> None:
    async with storage() as tx:
        await tx.idempotency_keys.keep(key, "registration", now=NOON - age * INSTANT)


async def _first_use(storage: Storage, value: str = "key") -> FirstUse | None:
    async with storage() as tx:
        return await tx.idempotency_keys.first_use(value)


async def test_a_new_key_was_used_for_nothing(storage: Storage) -> None:
    assert await _first_use(storage) is None


async def test_the_first_use_of_a_key_is_remembered(storage: Storage) -> None:
    await _keep(storage)

    assert await _first_use(storage) == USED


@pytest.mark.parametrize("value", ["k" * 255, "ключ 🔑", "' OR 1=1 --", "KEY", " "])
async def test_any_key_is_kept_apart_from_the_others(storage: Storage, value: str) -> None:
    await _keep(storage)
    await _keep(storage, IdempotencyKey(value=value, fingerprint="other"))

    assert await _first_use(storage, value) == FirstUse(
        fingerprint="other", resource_id="registration"
    )
    assert await _first_use(storage) == USED


async def test_a_use_that_is_rolled_back_is_forgotten(storage: Storage) -> None:
    await rolled_back(storage, lambda tx: tx.idempotency_keys.keep(KEY, "registration", now=NOON))

    assert await _first_use(storage) is None
    await _keep(storage)


async def test_keys_used_before_an_instant_are_forgotten(storage: Storage) -> None:
    for name, age in {"older": 1, "at": 0, "newer": -1}.items():
        await _keep(storage, IdempotencyKey(value=name, fingerprint=""), age=age)

    async with storage() as tx:
        forgotten = await tx.idempotency_keys.prune(used_before=NOON)

    assert forgotten == 1
    assert await _first_use(storage, "older") is None
    assert await _first_use(storage, "at") is not None


async def test_a_forgotten_key_can_be_used_anew(storage: Storage) -> None:
    await _keep(storage)
    async with storage() as tx:
        await tx.idempotency_keys.prune(used_before=NOON + DAY)

    await _keep(storage)

    assert await _first_use(storage) == USED


async def test_the_second_call_with_a_new_key_waits_and_sees_what_the_first_did(
    storage: Storage, other: Storage
) -> None:
    async with storage() as tx:
        assert await tx.idempotency_keys.first_use("key") is None
        second = asyncio.create_task(_first_use(other))
        await asyncio.sleep(0.05)
        assert not second.done()
        await tx.idempotency_keys.keep(KEY, "registration", now=NOON)

    assert await second == USED


async def test_the_second_call_goes_first_when_the_first_one_fails(
    storage: Storage, other: Storage
) -> None:
    entered = asyncio.Event()

    async def fail() -> None:
        async with storage() as tx:
            await tx.idempotency_keys.first_use("key")
            await tx.idempotency_keys.keep(KEY, "lost", now=NOON)
            entered.set()
            await asyncio.sleep(0.05)
            raise PlannedError

    first = asyncio.create_task(fail())
    await entered.wait()

    assert await _first_use(other) is None
    with pytest.raises(PlannedError):
        await first


def _handler(storage: Storage) -> AcceptRegistrationHandler:
    return AcceptRegistrationHandler(
        unit_of_work=storage, clock=FakeClock(), ids=RandomIds(), decision_window=HOUR
    )


def _wish(email: str = "ivan@example.com", key: IdempotencyKey | None = KEY) -> AcceptRegistration:
    return AcceptRegistration(
        event_id="event",
        first_name="Иван",
        last_name="Петров",
        email=email,
        idempotency_key=key,
    )


async def _registered(storage: Storage) -> list[Registration]:
    return [one async for one in storage.registration_reads.export(since=None)]


async def test_forty_calls_at_once_with_one_key_make_one_registration(storage: Storage) -> None:
    await put_events(storage, an_event())
    accept = _handler(storage)

    answers = await asyncio.gather(*(accept(_wish()) for _ in range(40)))

    assert await _registered(storage) == [answers[0]]
    assert answers == [answers[0]] * 40
    assert len(await rows(storage)) == 1


async def test_calls_at_once_through_two_storages_make_one_registration(
    storage: Storage, other: Storage
) -> None:
    await put_events(storage, an_event())
    handlers = [_handler(storage), _handler(other)]

    answers = await asyncio.gather(*(accept(_wish()) for accept in handlers * 20))

    assert await _registered(other) == [answers[0]]
    assert answers == [answers[0]] * 40
    assert len(await rows(other)) == 1


async def test_of_calls_at_once_with_one_key_for_different_things_one_gets_in(
    storage: Storage, other: Storage
) -> None:
    await put_events(storage, an_event())
    handlers = [_handler(storage), _handler(other)] * 10

    outcomes = await asyncio.gather(
        *(
            accept(
                _wish(f"visitor{n}@example.com", IdempotencyKey(value="key", fingerprint=str(n)))
            )
            for n, accept in enumerate(handlers)
        ),
        return_exceptions=True,
    )

    kinds = Counter(type(outcome) for outcome in outcomes)
    assert kinds == {Registration: 1, IdempotencyKeyReusedError: 19}
    assert len(await _registered(storage)) == 1


async def test_of_calls_at_once_without_a_key_one_gets_in(storage: Storage, other: Storage) -> None:
    await put_events(storage, an_event())
    handlers = [_handler(storage), _handler(other)] * 20

    outcomes = await asyncio.gather(
        *(accept(_wish(key=None)) for accept in handlers), return_exceptions=True
    )

    kinds = Counter(type(outcome) for outcome in outcomes)
    assert kinds == {Registration: 1, AlreadyRegisteredError: 39}
    assert len(await rows(storage)) == 1


async def test_forty_calls_at_once_with_keys_of_their_own_all_get_in(
    storage: Storage, other: Storage
) -> None:
    await put_events(storage, an_event())
    handlers = [_handler(storage), _handler(other)] * 20

    await asyncio.gather(
        *(
            accept(_wish(f"visitor{n}@example.com", IdempotencyKey(value=f"{n}", fingerprint="")))
            for n, accept in enumerate(handlers)
        )
    )

    assert len(await _registered(storage)) == len(await rows(storage)) == 40


async def test_a_repeated_call_after_a_cancelled_one_still_gets_in(storage: Storage) -> None:
    await put_events(storage, an_event())
    accept = _handler(storage)
    cut_off = asyncio.create_task(accept(_wish()))
    await asyncio.sleep(0)
    cut_off.cancel()
    await asyncio.gather(cut_off, return_exceptions=True)

    registration = await accept(_wish())

    assert await _registered(storage) == [registration]
