"""A stream tells of changes: some are lost, some come twice, some come late."""

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from events_face_core.catalogue import (
    ApplyChanges,
    ApplyChangesHandler,
    CatalogueChanged,
    CatalogueState,
    Event,
    EventCancelled,
    EventStatus,
    Watermark,
)
from events_face_core.kernel import StorageUnavailableError
from unit.catalogue.making import DAY, HOUR, an_event, told
from unit.fakes import NOON, FakeHouse


async def _apply(house: FakeHouse, *events: Event) -> int:
    apply = ApplyChangesHandler(unit_of_work=house, clock=house.clock, keep=7 * DAY)
    return await apply(ApplyChanges(events=told(*events)))


def _version(number: int, event_id: str = "event") -> Event:
    return an_event(event_id, changed_at=NOON - DAY + number * HOUR, name=f"Концерт {number}")


async def test_changes_are_applied_in_one_transaction_with_one_new_version() -> None:
    house = FakeHouse()

    applied = await _apply(house, _version(1, "a"), _version(1, "b"))

    assert (applied, house.transactions) == (2, 1)
    assert set(house.events.all) == {"a", "b"}
    assert house.messages(CatalogueChanged) == [CatalogueChanged(catalogue_version=1)]


async def test_what_comes_again_changes_nothing_and_tells_nobody() -> None:
    house = FakeHouse()
    await _apply(house, _version(1))

    applied = await _apply(house, _version(1))

    assert applied == 0
    assert house.messages(CatalogueChanged) == [CatalogueChanged(catalogue_version=1)]


@given(st.lists(st.lists(st.integers(0, 5), max_size=4), max_size=6))
async def test_whatever_comes_twice_or_late_the_newest_stays(batches: list[list[int]]) -> None:
    house = FakeHouse()

    for batch in batches:
        await _apply(house, *map(_version, batch))

    numbers = [number for batch in batches for number in batch]
    assert list(house.events.all.values()) == ([_version(max(numbers))] if numbers else [])


async def test_no_changes_need_no_transaction() -> None:
    house = FakeHouse()

    assert await _apply(house) == 0
    assert house.transactions == 0


async def test_the_watermark_stays_where_it_is() -> None:
    house = FakeHouse()
    watermark = Watermark(changed_at=NOON - 5 * DAY)
    await house.catalogue_states.save(CatalogueState(watermark=watermark))

    await _apply(house, _version(1))

    assert (await house.catalogue_states.load()).watermark == watermark


async def test_without_a_watermark_none_is_set() -> None:
    house = FakeHouse()

    await _apply(house, _version(1))

    assert await house.catalogue_states.load() == CatalogueState(version=1)


async def test_an_event_that_is_over_for_good_does_not_come_back() -> None:
    house = FakeHouse()
    state = CatalogueState(purged_before=NOON - 2 * DAY)
    await house.catalogue_states.save(state)

    applied = await _apply(house, an_event(event_time=NOON - 3 * DAY))

    assert (applied, house.events.all) == (0, {})


async def test_an_event_that_turns_out_to_be_over_for_good_goes() -> None:
    house = FakeHouse()
    await _apply(house, _version(1))

    applied = await _apply(house, an_event(changed_at=NOON, event_time=NOON - 30 * DAY))

    assert (applied, house.events.all) == (1, {})


async def test_a_cancellation_is_told_once_however_often_it_comes() -> None:
    house = FakeHouse()
    await _apply(house, _version(1))
    cancelled = an_event(changed_at=NOON, status=EventStatus.CANCELLED)

    await _apply(house, cancelled)
    await _apply(house, cancelled)

    assert house.messages(EventCancelled) == [EventCancelled(event_id="event")]


async def test_a_late_cancellation_is_not_told() -> None:
    house = FakeHouse()
    await _apply(house, _version(5))
    late = an_event(changed_at=_version(4).changed_at, status=EventStatus.CANCELLED)

    await _apply(house, late)

    assert house.messages(EventCancelled) == []


async def test_a_batch_that_cannot_commit_leaves_nothing_behind() -> None:
    house = FakeHouse(fail_at=1)

    with pytest.raises(StorageUnavailableError):
        await _apply(house, _version(1))

    assert (house.events.all, house.outbox.all) == ({}, {})


async def test_a_cancellation_counts_though_an_earlier_one_comes_after_it() -> None:
    house = FakeHouse()
    await _apply(house, _version(2))
    late = evolve(_version(1), status=EventStatus.CANCELLED)
    cancelled = evolve(_version(3), status=EventStatus.CANCELLED)

    await _apply(house, cancelled, late)

    assert house.messages(EventCancelled) == [EventCancelled(event_id="event")]


async def test_a_cancellation_that_was_taken_back_in_the_same_batch_calls_nothing_off() -> None:
    house = FakeHouse()
    await _apply(house, _version(1))
    cancelled = evolve(_version(2), status=EventStatus.CANCELLED)

    await _apply(house, cancelled, _version(3))

    assert house.messages(EventCancelled) == []
