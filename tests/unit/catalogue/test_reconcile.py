"""The whole catalogue is compared with its source, and what differs is repaired."""

from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from attrs import define, evolve, field

from events_face_core.catalogue import (
    CatalogueChanged,
    CatalogueState,
    Drift,
    Event,
    EventCancelled,
    EventStatus,
    Place,
    ReconcileCatalogue,
    ReconcileCatalogueHandler,
    ReconciliationReport,
    SourceBrokenError,
    SourceEvent,
    SourcePage,
    Watermark,
)
from events_face_core.kernel import DependencyUnavailableError
from unit.catalogue.making import DAY, HOUR, an_event, told
from unit.fakes import NOON, FakeHouse

OURS = an_event()
NEWER = an_event(changed_at=OURS.changed_at + HOUR, name="Спектакль")
OLDER = an_event(changed_at=OURS.changed_at - HOUR, name="Лекция")
MOVED = evolve(OURS, place=Place(id="place", name="Большой зал"))
OVER = an_event(event_time=NOON - 8 * DAY)
REPAIRING, DRY = ReconcileCatalogue(), ReconcileCatalogue(dry_run=True)


@define
class Pages:
    """A source that has everything on pages of two, and fails where it is told to."""

    events: Sequence[SourceEvent]
    fail_at: int = 0
    unreadable: int = 0
    asked: list[date | None] = field(factory=list)

    async def changes(self, since: date | None, after: str | None = None) -> SourcePage:
        self.asked.append(since)
        if len(self.asked) == self.fail_at:
            raise DependencyUnavailableError("504", reached=True)
        begin = int(after or 0)
        more = begin + 2 < len(self.events)
        return SourcePage(
            events=self.events[begin : begin + 2],
            unreadable=self.unreadable,
            next=str(begin + 2) if more else None,
        )


def _house(*ours: Event) -> FakeHouse:
    house = FakeHouse()
    house.events.all.update({event.id: event for event in ours})
    return house


async def _reconcile(
    house: FakeHouse, source: Pages, command: ReconcileCatalogue = REPAIRING
) -> ReconciliationReport:
    reconcile = ReconcileCatalogueHandler(
        unit_of_work=house, source=source, clock=house.clock, keep=7 * DAY
    )
    return await reconcile(command)


def _found(report: ReconciliationReport) -> dict[Drift, int]:
    return {kind: count for kind, count in report.drift.items() if count}


@pytest.mark.parametrize(
    ("ours", "theirs", "drift"),
    [
        ([], OURS, Drift.MISSING),
        ([OURS], NEWER, Drift.STALE),
        ([OURS], evolve(OURS, changed_at=NEWER.changed_at), Drift.STALE),
        ([OURS], MOVED, Drift.DIFFERENT),
    ],
)
async def test_what_differs_is_counted_by_kind_and_repaired(
    ours: list[Event], theirs: Event, drift: Drift
) -> None:
    house = _house(*ours)

    report = await _reconcile(house, Pages(told(theirs)))

    assert (_found(report), report.repaired) == ({drift: 1}, 1)
    assert house.events.all == {theirs.id: theirs}
    assert house.messages(CatalogueChanged) == [CatalogueChanged(catalogue_version=1)]


@pytest.mark.parametrize("theirs", [OURS, OLDER])
async def test_what_we_have_as_new_or_newer_is_no_drift(theirs: Event) -> None:
    house = _house(OURS)

    report = await _reconcile(house, Pages(told(theirs)))

    assert report == ReconciliationReport(pages=1, read=1)
    assert house.events.all == {OURS.id: OURS}
    assert house.outbox.all == {}


async def test_an_event_that_is_over_for_good_is_not_missed() -> None:
    house = _house()

    report = await _reconcile(house, Pages(told(OVER)))

    assert (_found(report), house.events.all) == ({}, {})


@pytest.mark.parametrize("later", [timedelta(0), HOUR])
async def test_an_event_of_ours_that_is_over_for_good_there_goes(later: timedelta) -> None:
    house = _house(OURS)

    report = await _reconcile(house, Pages(told(evolve(OVER, changed_at=OURS.changed_at + later))))

    assert (sum(report.drift.values()), report.repaired, house.events.all) == (1, 1, {})


@pytest.mark.parametrize(("theirs", "found"), [(OURS, {}), (MOVED, {Drift.STALE: 1})])
async def test_where_the_source_stamps_nothing_the_content_tells(
    theirs: Event, found: dict[Drift, int]
) -> None:
    read = evolve(theirs, changed_at=NOON)
    house = _house(OURS)

    report = await _reconcile(house, Pages([SourceEvent(event=read, stamped=False)]))

    assert (_found(report), report.repaired) == (found, len(found))


async def test_a_dry_run_counts_and_changes_nothing() -> None:
    house = _house(OURS)
    theirs = told(NEWER, an_event("lost"))

    report = await _reconcile(house, Pages(theirs), DRY)

    assert (_found(report), report.repaired) == ({Drift.STALE: 1, Drift.MISSING: 1}, 0)
    assert (house.events.all, house.outbox.all) == ({OURS.id: OURS}, {})


async def test_a_second_run_finds_nothing() -> None:
    house = _house(OURS)
    source = Pages(told(MOVED, an_event("lost"), an_event("more")))
    await _reconcile(house, source)

    report = await _reconcile(house, source)

    assert report == ReconciliationReport(pages=2, read=3)


async def test_every_page_is_read_from_the_beginning_whatever_the_watermark_says() -> None:
    house = _house()
    await house.catalogue_states.save(CatalogueState(watermark=Watermark(changed_at=NOON)))
    source = Pages(told(*(an_event(f"e{n}") for n in range(5))), unreadable=2)

    report = await _reconcile(house, source)

    assert source.asked == [None] * 3
    assert (report.pages, report.read, report.unreadable, report.missing) == (3, 5, 6, 5)


async def test_the_watermark_stays_where_it_is() -> None:
    house = _house()
    watermark = Watermark(changed_at=NOON - 9 * DAY)
    await house.catalogue_states.save(CatalogueState(watermark=watermark))

    await _reconcile(house, Pages(told(OURS)))

    assert (await house.catalogue_states.load()).watermark == watermark


@pytest.mark.parametrize("later", [timedelta(0), HOUR])
async def test_a_cancellation_that_was_lost_is_told(later: timedelta) -> None:
    house = _house(OURS)
    cancelled = evolve(OURS, status=EventStatus.CANCELLED, changed_at=OURS.changed_at + later)

    await _reconcile(house, Pages(told(cancelled)))

    assert house.messages(EventCancelled) == [EventCancelled(event_id=OURS.id)]


async def test_what_was_repaired_before_the_source_failed_stays_repaired() -> None:
    house = _house()
    source = Pages(told(*(an_event(f"e{n}") for n in range(4))), fail_at=2)

    with pytest.raises(DependencyUnavailableError):
        await _reconcile(house, source)

    assert set(house.events.all) == {"e0", "e1"}


async def test_pages_that_lead_back_to_themselves_are_broken_off() -> None:
    class Circle(Pages):
        async def changes(self, since: date | None, after: str | None = None) -> SourcePage:
            return SourcePage(events=[], next="again")

    with pytest.raises(SourceBrokenError):
        await _reconcile(_house(), Circle([]))


async def test_progress_is_told_after_each_batch() -> None:
    house, seen = _house(), list[int]()
    reconcile = ReconcileCatalogueHandler(
        unit_of_work=house,
        source=Pages(told(*(an_event(f"e{n}") for n in range(3)))),
        clock=house.clock,
        keep=7 * DAY,
        batch=2,
    )

    await reconcile(DRY, lambda report: seen.append(report.read))

    assert seen == [2, 3]
