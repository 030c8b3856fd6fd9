"""The contract of the port ``CatalogueStates``."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta, timezone

import pytest
from attrs import evolve

from contract.storage.making import DAY, Storage, rolled_back
from events_face_core.catalogue import CatalogueState, Watermark
from unit.fakes import NOON

MOSCOW = timezone(timedelta(hours=3))


async def _load(storage: Storage) -> CatalogueState:
    async with storage() as tx:
        return await tx.catalogue_states.load()


async def _save(storage: Storage, state: CatalogueState) -> None:
    async with storage() as tx:
        await tx.catalogue_states.save(state)


async def test_a_new_catalogue_stands_at_its_beginning(storage: Storage) -> None:
    assert await _load(storage) == CatalogueState()


async def test_a_state_is_loaded_as_it_was_saved(storage: Storage) -> None:
    state = CatalogueState(
        version=2**40, watermark=Watermark(changed_at=NOON), purged_before=NOON - 7 * DAY
    )
    await _save(storage, state)

    assert await _load(storage) == state


@pytest.mark.parametrize("offset", [MOSCOW, timezone(timedelta(hours=-9, minutes=-30))])
async def test_the_watermark_keeps_the_offset_of_the_source(
    storage: Storage, offset: timezone
) -> None:
    changed_at = datetime(2026, 1, 4, 1, 28, 35, 325270, tzinfo=offset)
    await _save(storage, CatalogueState(watermark=Watermark(changed_at=changed_at)))

    watermark = (await _load(storage)).watermark

    assert watermark is not None
    assert watermark.changed_at.isoformat() == changed_at.isoformat()


async def test_what_a_state_no_longer_says_is_forgotten(storage: Storage) -> None:
    full = CatalogueState(version=1, watermark=Watermark(changed_at=NOON), purged_before=NOON)
    await _save(storage, full)
    bare = CatalogueState(version=2)
    await _save(storage, bare)

    assert await _load(storage) == bare


async def test_a_transaction_sees_the_state_that_it_saved(storage: Storage) -> None:
    async with storage() as tx:
        await tx.catalogue_states.save(CatalogueState(version=3))

        assert (await tx.catalogue_states.load()).version == 3


async def test_a_state_of_a_transaction_that_fails_is_not_saved(storage: Storage) -> None:
    await _save(storage, CatalogueState(version=1))

    await rolled_back(storage, lambda tx: tx.catalogue_states.save(CatalogueState(version=2)))

    assert (await _load(storage)).version == 1


async def test_a_loaded_state_is_locked_against_other_writers(
    storage: Storage, other: Storage
) -> None:
    async def move(moving: Storage) -> None:
        async with moving() as tx:
            state = await tx.catalogue_states.load()
            await asyncio.sleep(0)
            await tx.catalogue_states.save(evolve(state, version=state.version + 1))

    await asyncio.gather(*(move(one) for one in (storage, other) * 20))

    assert (await _load(storage)).version == 40
