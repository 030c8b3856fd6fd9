"""The contract of the port ``RegistrationReads``."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import pytest
from attrs import evolve

from contract.storage.making import (
    HOUR,
    INSTANT,
    MINUTE,
    Storage,
    a_registration,
    put_registrations,
    rolled_back,
)
from events_face_core.registration import Confirmed, Registration
from unit.fakes import NOON


def _made(count: int, *, every: timedelta) -> list[Registration]:
    """Return registrations, so much time apart, in the order of an export."""
    return [
        a_registration(f"r{n:05}", event_id=f"e{n}", created_at=NOON + n * every)
        for n in range(count)
    ]


async def _export(storage: Storage, since: datetime | None = None) -> list[Registration]:
    return [one async for one in storage.registration_reads.export(since=since)]


async def test_an_unknown_registration_is_not_found(storage: Storage) -> None:
    assert await storage.registration_reads.find("unknown") is None


async def test_a_registration_is_found_by_its_id(storage: Storage) -> None:
    registration = a_registration(ticket_id="ticket", state=Confirmed(decided_at=NOON))
    await put_registrations(storage, registration, a_registration("other", event_id="other"))

    assert await storage.registration_reads.find("registration") == registration


async def test_what_is_not_committed_is_not_read(storage: Storage, other: Storage) -> None:
    async with storage() as tx:
        await tx.registrations.add(a_registration())

        for reading in (storage, other):
            assert await reading.registration_reads.find("registration") is None
            assert await _export(reading) == []

    for reading in (storage, other):
        assert await _export(reading) == [a_registration()]


async def test_what_is_rolled_back_is_never_read(storage: Storage) -> None:
    await rolled_back(storage, lambda tx: tx.registrations.add(a_registration()))

    assert await storage.registration_reads.find("registration") is None


async def test_an_export_of_nothing_is_empty(storage: Storage) -> None:
    assert await _export(storage) == []


@pytest.mark.parametrize("every", [timedelta(0), INSTANT, HOUR])
async def test_an_export_streams_everything_once_and_in_order(
    storage: Storage, every: timedelta
) -> None:
    registrations = _made(1_200, every=every)
    await put_registrations(storage, *reversed(registrations))

    exported = await _export(storage)

    assert len({one.id for one in exported}) == len(exported)
    assert sorted(exported, key=lambda one: one.id) == registrations
    assert [one.created_at for one in exported] == [one.created_at for one in registrations]


async def test_an_export_begins_with_what_was_made_at_the_instant(storage: Storage) -> None:
    registrations = _made(20, every=INSTANT)
    await put_registrations(storage, *registrations)

    assert await _export(storage, registrations[7].created_at) == registrations[7:]


async def test_an_export_takes_the_instant_in_any_offset(storage: Storage) -> None:
    await put_registrations(storage, a_registration())

    assert len(await _export(storage, datetime.fromisoformat("2026-01-15T15:00:00+03:00"))) == 1
    assert await _export(storage, datetime.fromisoformat("2026-01-15T15:00:01+03:00")) == []


async def test_registrations_in_every_state_are_exported(storage: Storage) -> None:
    pending = a_registration("pending", created_at=NOON)
    confirmed = evolve(pending, id="confirmed", state=Confirmed(decided_at=NOON + HOUR))
    confirmed = evolve(confirmed, event=evolve(pending.event, id="other"))
    await put_registrations(storage, pending, confirmed)

    assert {one.status for one in await _export(storage)} == {"pending", "confirmed"}


async def test_writers_do_not_wait_for_an_export(storage: Storage, other: Storage) -> None:
    await put_registrations(storage, *_made(600, every=MINUTE))

    async with asyncio.timeout(5):
        async for one in storage.registration_reads.export(since=None):
            if one.id == "r00000":
                await put_registrations(storage, a_registration("new", event_id="new"))
                await put_registrations(other, a_registration("newer", event_id="newer"))

    assert await storage.registration_reads.find("newer") is not None


async def test_writers_at_the_same_time_neither_repeat_nor_hide_anything_exported(
    storage: Storage, other: Storage
) -> None:
    registrations = _made(1_200, every=MINUTE)
    await put_registrations(storage, *registrations)

    async def change() -> None:
        for registration in registrations[::40]:
            async with other() as tx:
                await tx.registrations.save(evolve(registration, attempts=1))
            event = evolve(registration.event, id=f"{registration.event.id}-twin")
            twin = evolve(registration, id=f"{registration.id}-twin", event=event)
            await put_registrations(other, twin)

    exported, _ = await asyncio.gather(_export(storage), change())

    ids = [one.id for one in exported]
    assert len(set(ids)) == len(ids)
    assert {one.id for one in registrations} <= set(ids)


async def test_several_exports_at_once_do_not_disturb_each_other(
    storage: Storage, other: Storage
) -> None:
    registrations = _made(700, every=MINUTE)
    await put_registrations(storage, *registrations)

    exports = await asyncio.gather(*(_export(one) for one in (storage, other) * 5))

    assert all(exported == registrations for exported in exports)


async def test_an_export_that_is_given_up_leaves_the_storage_usable(storage: Storage) -> None:
    registrations = _made(600, every=MINUTE)
    await put_registrations(storage, *registrations)

    for _ in range(20):
        async for _one in storage.registration_reads.export(since=None):
            break

    assert await _export(storage) == registrations
