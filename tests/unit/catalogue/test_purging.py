"""Events that ended long ago go, and stay away."""

from datetime import timedelta

import pytest
from attrs import evolve

from events_face_core.catalogue import (
    CatalogueChanged,
    CatalogueState,
    EventStatus,
    Origin,
    PurgeCatalogue,
    PurgeCatalogueHandler,
    is_over,
    purge_limit,
)
from events_face_core.catalogue.usecases.purge_catalogue import _BATCH
from unit.catalogue.making import DAY, HOUR, an_event
from unit.fakes import NOON, FakeHouse

WEEK = 7 * DAY
INSTANT = timedelta(microseconds=1)


def _house_with(*ages: timedelta) -> FakeHouse:
    """Return a house with events that took place so long ago."""
    house = FakeHouse()
    for number, age in enumerate(ages):
        event = an_event(f"e{number}", event_time=NOON - age)
        house.events.all[event.id] = event
    return house


async def _purge(house: FakeHouse, keep: timedelta = WEEK, *, dry_run: bool = False) -> int:
    purge = PurgeCatalogueHandler(unit_of_work=house, clock=house.clock)
    return await purge(PurgeCatalogue(keep=keep, dry_run=dry_run))


def test_the_limit_lies_so_long_ago_as_events_are_kept() -> None:
    assert purge_limit(NOON, WEEK, None) == NOON - WEEK


def test_the_limit_never_goes_back_behind_an_earlier_purge() -> None:
    assert purge_limit(NOON, WEEK, NOON - DAY) == NOON - DAY
    assert purge_limit(NOON, WEEK, NOON - 30 * DAY) == NOON - WEEK


@pytest.mark.parametrize(
    ("after", "over"), [(-INSTANT, True), (0 * INSTANT, False), (INSTANT, False)]
)
def test_an_event_exactly_at_the_limit_is_kept(after: timedelta, *, over: bool) -> None:
    assert is_over(an_event(event_time=NOON + after), NOON) is over


@pytest.mark.parametrize("status", [EventStatus.OPEN, EventStatus.REGISTRATION_CLOSED])
async def test_an_event_of_our_own_that_is_still_on_stays_whenever_it_began(
    status: EventStatus,
) -> None:
    house = FakeHouse()
    event = an_event(event_time=NOON - 30 * DAY, changed_at=NOON - 40 * DAY, status=status)
    house.events.all["event"] = evolve(event, origin=Origin.OWN)

    assert await _purge(house, dry_run=True) == 0
    assert await _purge(house) == 0


@pytest.mark.parametrize("status", [EventStatus.FINISHED, EventStatus.CANCELLED])
@pytest.mark.parametrize(("ended", "over"), [(WEEK + INSTANT, True), (WEEK, False)])
def test_an_event_of_our_own_is_kept_so_long_from_its_end_on(
    status: EventStatus, ended: timedelta, *, over: bool
) -> None:
    own = an_event(event_time=NOON - 30 * DAY, changed_at=NOON - ended, status=status)

    assert is_over(evolve(own, origin=Origin.OWN), NOON - WEEK) is over


async def test_what_ended_more_than_seven_days_ago_goes() -> None:
    house = _house_with(WEEK + INSTANT, WEEK, WEEK - INSTANT, -DAY)

    removed = await _purge(house)

    assert (removed, set(house.events.all)) == (1, {"e1", "e2", "e3"})


async def test_a_purge_is_one_change_of_the_catalogue() -> None:
    house = _house_with(8 * DAY, 9 * DAY)

    await _purge(house)

    assert (await house.catalogue_states.load()).version == 1
    assert house.messages(CatalogueChanged) == [CatalogueChanged(catalogue_version=1)]


async def test_a_purge_of_nothing_changes_nothing_that_is_shown() -> None:
    house = _house_with(DAY)

    removed = await _purge(house)

    state = CatalogueState(purged_before=NOON - WEEK)
    assert (removed, house.messages(CatalogueChanged)) == (0, [])
    assert await house.catalogue_states.load() == state


async def test_a_purge_goes_on_until_nothing_old_is_left() -> None:
    house = _house_with(*[8 * DAY] * (_BATCH + 1))

    removed = await _purge(house)

    assert (removed, house.events.all) == (_BATCH + 1, {})
    assert (await house.catalogue_states.load()).version == 2


async def test_a_crash_between_batches_keeps_what_was_purged_before() -> None:
    house = _house_with(*[8 * DAY] * (_BATCH + 1))
    house.fail_at = 2

    with pytest.raises(Exception, match="the commit failed"):
        await _purge(house)

    assert len(house.events.all) == 1
    assert (await house.catalogue_states.load()).purged_before == NOON - WEEK


async def test_a_dry_run_counts_and_removes_nothing() -> None:
    house = _house_with(8 * DAY, 9 * DAY, DAY)

    counted = await _purge(house, dry_run=True)

    assert (counted, len(house.events.all)) == (2, 3)
    assert await house.catalogue_states.load() == CatalogueState()


async def test_a_longer_memory_later_does_not_move_the_limit_back() -> None:
    house = _house_with(2 * HOUR)

    await _purge(house, HOUR)
    await _purge(house, WEEK)

    assert (await house.catalogue_states.load()).purged_before == NOON - HOUR
