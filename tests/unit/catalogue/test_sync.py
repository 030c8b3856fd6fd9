"""The catalogue catches up with its source, whatever happens on the way."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import pytest
from attrs import define, evolve, field
from hypothesis import given
from hypothesis import strategies as st

from events_face_core.catalogue import (
    CatalogueChanged,
    CatalogueState,
    Event,
    EventCancelled,
    EventSource,
    EventStatus,
    SourceBrokenError,
    SourceEvent,
    SourcePage,
    SyncCatalogue,
    SyncCatalogueHandler,
    SyncReport,
    Watermark,
)
from events_face_core.kernel import DependencyUnavailableError, StorageUnavailableError
from unit.catalogue.making import DAY, HOUR, an_event, told
from unit.fakes import NOON, FakeHouse

WEEK = 7 * DAY
Asked = tuple[date | None, str | None]


@define
class FakeSource:
    """A source in good order: pages of what changed on a day or later, ordered by change."""

    house: FakeHouse
    events: list[SourceEvent]
    page_size: int = 2
    fail_at: int = 0
    asked: list[Asked] = field(factory=list)

    async def changes(self, since: date | None, after: str | None = None) -> SourcePage:
        assert not self.house.turn.locked(), "the source is called inside a transaction"
        self.asked.append((since, after))
        if len(self.asked) == self.fail_at:
            raise DependencyUnavailableError("504", reached=True)
        changed = [e for e in self.events if since is None or e.event.changed_at.date() >= since]
        changed.sort(key=lambda e: e.event.changed_at)
        begin = int(after or 0)
        end = begin + self.page_size
        return SourcePage(events=changed[begin:end], next=str(end) if end < len(changed) else None)


@define
class ScriptedSource:
    """A source that says what it is told to, whatever it is asked."""

    answers: list[SourcePage | Exception]

    async def changes(self, since: date | None, after: str | None = None) -> SourcePage:
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def _pages(*pages: Sequence[Event]) -> list[SourcePage | Exception]:
    last = len(pages) - 1
    return [
        SourcePage(events=told(*events), next=None if number == last else f"page-{number + 1}")
        for number, events in enumerate(pages)
    ]


async def _sync(
    house: FakeHouse, source: EventSource, command: SyncCatalogue | None = None, *, batch: int = 1
) -> SyncReport:
    """Sync; by default each page commits by itself."""
    sync = SyncCatalogueHandler(
        unit_of_work=house, source=source, clock=house.clock, keep=WEEK, batch=batch
    )
    return await sync(command or SyncCatalogue())


async def _house_at(watermark: datetime) -> FakeHouse:
    house = FakeHouse()
    await house.catalogue_states.save(CatalogueState(watermark=Watermark(changed_at=watermark)))
    return house


async def _watermark(house: FakeHouse) -> datetime | None:
    watermark = (await house.catalogue_states.load()).watermark
    return None if watermark is None else watermark.changed_at


def _changed(days_ago: float, event_id: str = "event") -> Event:
    return an_event(event_id, changed_at=NOON - days_ago * DAY)


# Where a sync begins.


async def test_the_first_sync_asks_for_everything() -> None:
    house = FakeHouse()
    source = FakeSource(house, told(_changed(2, "a"), _changed(1, "b")))

    report = await _sync(house, source)

    assert source.asked == [(None, None)]
    assert set(house.events.all) == {"a", "b"}
    assert report == SyncReport(pages=1, read=2, applied=2, unreadable=0)


async def test_the_next_sync_resumes_from_the_watermark() -> None:
    house = FakeHouse()
    source = FakeSource(house, told(_changed(2, "a"), _changed(1, "b")))
    await _sync(house, source)
    source.events += told(_changed(0, "c"))

    await _sync(house, source)

    assert source.asked[-1] == ((NOON - DAY).date(), None)
    assert set(house.events.all) == {"a", "b", "c"}


async def test_a_full_sync_asks_for_everything_again() -> None:
    house = await _house_at(NOON)
    source = FakeSource(house, told(_changed(300)))

    await _sync(house, source, SyncCatalogue(full=True))

    assert source.asked == [(None, None)]
    assert set(house.events.all) == {"event"}


async def test_a_full_sync_does_not_move_the_watermark_back() -> None:
    house = await _house_at(NOON)

    await _sync(house, FakeSource(house, told(_changed(300))), SyncCatalogue(full=True))

    assert await _watermark(house) == NOON


async def test_a_sync_since_a_day_asks_from_that_day() -> None:
    house = await _house_at(NOON)
    source = FakeSource(house, told(_changed(1)))

    await _sync(house, source, SyncCatalogue(since=date(2026, 1, 3)))

    assert source.asked == [(date(2026, 1, 3), None)]


async def test_a_sync_since_a_day_behind_the_watermark_moves_it_on() -> None:
    house = await _house_at(NOON - 5 * DAY)
    source = FakeSource(house, told(_changed(6, "a"), _changed(1, "b")))

    await _sync(house, source, SyncCatalogue(since=(NOON - 7 * DAY).date()))

    assert await _watermark(house) == NOON - DAY


async def test_a_sync_since_the_day_of_the_watermark_moves_it_on() -> None:
    house = await _house_at(NOON - 5 * DAY)
    source = FakeSource(house, told(_changed(1)))

    await _sync(house, source, SyncCatalogue(since=(NOON - 5 * DAY).date()))

    assert await _watermark(house) == NOON - DAY


async def test_a_sync_since_a_day_after_the_watermark_does_not_move_it() -> None:
    house = await _house_at(NOON - 5 * DAY)
    source = FakeSource(house, told(_changed(3, "unread"), _changed(1, "read")))

    await _sync(house, source, SyncCatalogue(since=(NOON - DAY).date()))

    assert set(house.events.all) == {"read"}
    assert await _watermark(house) == NOON - 5 * DAY


async def test_a_sync_since_a_day_before_any_other_sync_sets_no_watermark() -> None:
    house = FakeHouse()

    await _sync(house, FakeSource(house, told(_changed(1))), SyncCatalogue(since=date(2026, 1, 1)))

    assert await _watermark(house) is None


async def test_an_out_of_order_sync_since_a_day_after_the_watermark_does_not_move_it() -> None:
    house = await _house_at(NOON - 5 * DAY)
    source = ScriptedSource(_pages([_changed(0, "a")], [_changed(1, "b")]))

    await _sync(house, source, SyncCatalogue(since=(NOON - DAY).date()))

    assert await _watermark(house) == NOON - 5 * DAY


# What a sync changes.


async def test_a_re_read_changes_nothing_and_tells_nobody() -> None:
    house = FakeHouse()
    source = FakeSource(house, told(_changed(2, "a"), _changed(1, "b")))
    await _sync(house, source)
    before = await house.catalogue_states.load()

    report = await _sync(house, source)

    assert report.applied == 0
    assert await house.catalogue_states.load() == before
    assert house.messages(CatalogueChanged) == [CatalogueChanged(catalogue_version=1)]


async def test_each_batch_that_changes_something_is_a_new_version() -> None:
    house = FakeHouse()
    source = FakeSource(house, told(*(_changed(9 - n, f"e{n}") for n in range(5))))

    await _sync(house, source)

    versions = [message.catalogue_version for message in house.messages(CatalogueChanged)]
    assert versions == [1, 2, 3]
    assert (await house.catalogue_states.load()).version == 3


async def test_an_older_version_never_replaces_a_newer_one() -> None:
    house = FakeHouse()
    newer = evolve(_changed(1), name="newer")
    house.events.all["event"] = newer

    report = await _sync(house, FakeSource(house, told(evolve(_changed(2), name="older"))))

    assert (report.applied, house.events.all["event"]) == (0, newer)


async def test_progress_is_told_after_each_batch() -> None:
    house = FakeHouse()
    source = FakeSource(house, told(_changed(3, "a"), _changed(2, "b"), _changed(1, "c")))
    told_so_far: list[SyncReport] = []
    sync = SyncCatalogueHandler(
        unit_of_work=house, source=source, clock=house.clock, keep=WEEK, batch=1
    )

    def note(report: SyncReport) -> None:
        told_so_far.append(report)

    await sync(SyncCatalogue(), note)

    assert told_so_far == [
        SyncReport(pages=1, read=2, applied=2),
        SyncReport(pages=2, read=3, applied=3),
    ]


async def test_unreadable_entries_are_counted_and_do_not_stop_the_sync() -> None:
    house = FakeHouse()
    page = SourcePage(events=told(_changed(1)), unreadable=3)

    report = await _sync(house, ScriptedSource([page]))

    assert (report.applied, report.unreadable) == (1, 3)


async def test_an_empty_source_is_no_error() -> None:
    house = FakeHouse()

    report = await _sync(house, FakeSource(house, []))

    assert report == SyncReport(pages=1)
    assert await house.catalogue_states.load() == CatalogueState()


# Crashes and repetitions.

changes = st.lists(st.integers(0, 4), max_size=12).map(
    lambda ages: [_changed(age / 2, f"e{n}") for n, age in enumerate(ages)]
)


@given(changes, st.integers(1, 5), st.integers(1, 8), st.integers(1, 7))
async def test_a_sync_that_fails_at_any_page_loses_nothing(
    events: list[Event], page_size: int, fail_at: int, batch: int
) -> None:
    house = FakeHouse()
    source = FakeSource(house, told(*events), page_size=page_size, fail_at=fail_at)

    try:
        await _sync(house, source, batch=batch)
    except DependencyUnavailableError:
        await _sync(house, source, batch=batch)

    assert house.events.all == {event.id: event for event in events}


@given(changes, st.integers(1, 5), st.integers(1, 8), st.integers(1, 7))
async def test_everything_before_the_watermark_is_applied_at_any_crash(
    events: list[Event], page_size: int, fail_at: int, batch: int
) -> None:
    house = FakeHouse()
    house.fail_at = fail_at

    try:
        source = FakeSource(house, told(*events), page_size=page_size)
        await _sync(house, source, batch=batch)
    except StorageUnavailableError:
        watermark = await _watermark(house)
    else:
        watermark = max((event.changed_at for event in events), default=None)

    due = {e.id for e in events if watermark is not None and e.changed_at < watermark}
    assert due <= set(house.events.all)


@given(changes, st.integers(1, 5))
async def test_the_watermark_ends_at_the_newest_change(events: list[Event], page_size: int) -> None:
    house = FakeHouse()

    await _sync(house, FakeSource(house, told(*events), page_size=page_size))

    assert await _watermark(house) == max((event.changed_at for event in events), default=None)


async def test_a_failing_page_keeps_the_pages_before_it() -> None:
    house = FakeHouse()
    events = told(_changed(4, "a"), _changed(3, "b"), _changed(2, "c"), _changed(1, "d"))

    with pytest.raises(DependencyUnavailableError):
        await _sync(house, FakeSource(house, events, fail_at=2))

    assert set(house.events.all) == {"a", "b"}
    assert await _watermark(house) == NOON - 3 * DAY


async def test_small_pages_commit_together() -> None:
    house = FakeHouse()
    source = FakeSource(house, told(*(_changed(9 - n, f"e{n}") for n in range(5))), page_size=1)

    report = await _sync(house, source, batch=2)

    assert report == SyncReport(pages=5, read=5, applied=5)
    assert len(house.messages(CatalogueChanged)) == 3
    assert await _watermark(house) == NOON - 5 * DAY


async def test_a_batch_that_a_failure_cuts_short_is_kept() -> None:
    house = FakeHouse()
    events = told(_changed(4, "a"), _changed(3, "b"), _changed(2, "c"), _changed(1, "d"))

    with pytest.raises(DependencyUnavailableError):
        await _sync(house, FakeSource(house, events, page_size=1, fail_at=4), batch=100)

    assert set(house.events.all) == {"a", "b", "c"}
    assert await _watermark(house) == NOON - 2 * DAY


async def test_equal_changes_across_pages_are_all_read_after_a_crash_between_them() -> None:
    house = FakeHouse()
    events = told(*(_changed(1, event_id) for event_id in "abcd"))
    with pytest.raises(DependencyUnavailableError):
        await _sync(house, FakeSource(house, events, page_size=1, fail_at=3))

    await _sync(house, FakeSource(house, events, page_size=1))

    assert set(house.events.all) == set("abcd")


async def test_a_page_and_its_watermark_commit_together() -> None:
    house = FakeHouse()
    house.fail_at = 2  # the transaction of the first page

    with pytest.raises(StorageUnavailableError):
        await _sync(house, FakeSource(house, told(_changed(1))))

    assert (house.events.all, await house.catalogue_states.load()) == ({}, CatalogueState())


@define
class OvertakenSource:
    """A slow source: while it answers, another sync runs from beginning to end."""

    house: FakeHouse
    slower: FakeSource
    faster: FakeSource

    async def changes(self, since: date | None, after: str | None = None) -> SourcePage:
        await _sync(self.house, self.faster)
        return await self.slower.changes(since, after)


async def test_an_overtaken_sync_moves_neither_watermark_nor_events_back() -> None:
    house = FakeHouse()
    slower = FakeSource(house, told(evolve(_changed(3), name="older")))
    faster = FakeSource(house, told(evolve(_changed(1), name="newer")))

    report = await _sync(house, OvertakenSource(house, slower, faster))

    assert (report.applied, house.events.all["event"].name) == (0, "newer")
    assert await _watermark(house) == NOON - DAY


# Sources in bad order.


async def test_pages_out_of_order_do_not_move_the_watermark_past_unread_ones() -> None:
    house = FakeHouse()
    pages = _pages([_changed(5, "a"), _changed(4, "b")], [_changed(6, "c"), _changed(1, "d")], [])
    pages[2] = DependencyUnavailableError("504", reached=True)

    with pytest.raises(DependencyUnavailableError):
        await _sync(house, ScriptedSource(pages))

    assert await _watermark(house) == NOON - 4 * DAY


async def test_a_page_out_of_order_in_itself_does_not_move_the_watermark_past_unread_ones() -> None:
    house = FakeHouse()
    newest_first = _pages([_changed(1, "d"), _changed(2, "c")], [])
    newest_first[1] = DependencyUnavailableError("504", reached=True)

    with pytest.raises(DependencyUnavailableError):
        await _sync(house, ScriptedSource(newest_first))

    assert await _watermark(house) is None


async def test_a_complete_read_out_of_order_moves_the_watermark_at_its_end() -> None:
    house = FakeHouse()
    source = ScriptedSource(_pages([_changed(4, "a")], [_changed(5, "b")], [_changed(1, "c")]))

    await _sync(house, source)

    assert set(house.events.all) == {"a", "b", "c"}
    assert await _watermark(house) == NOON - DAY


async def test_pages_that_lead_back_to_themselves_break_the_sync_off() -> None:
    house = FakeHouse()
    first = SourcePage(events=told(_changed(2, "a")), next="1")
    second = SourcePage(events=told(_changed(1, "b")), next="2")
    back = SourcePage(events=[], next="1")

    with pytest.raises(SourceBrokenError):
        await _sync(house, ScriptedSource([first, second, back]))

    assert set(house.events.all) == {"a", "b"}


async def test_a_page_that_leads_to_itself_breaks_the_sync_off() -> None:
    house = FakeHouse()
    page = SourcePage(events=[], next="1")

    with pytest.raises(SourceBrokenError):
        await _sync(house, ScriptedSource([page, page]))


@pytest.mark.parametrize("ahead", [HOUR, 14 * HOUR, DAY, 365 * DAY])
async def test_a_change_stamped_in_the_future_hides_no_later_change(ahead: timedelta) -> None:
    house = FakeHouse()
    early = an_event("early", changed_at=NOON + ahead)
    source = FakeSource(house, told(_changed(1, "before"), early))
    await _sync(house, source)
    house.clock.forward(minutes=1)
    source.events += told(an_event("later", changed_at=house.clock.now()))

    await _sync(house, source)

    assert set(house.events.all) == {"before", "early", "later"}


# Events that are over.


async def test_an_event_that_is_over_is_not_taken_in() -> None:
    house = FakeHouse()
    over = an_event("over", event_time=NOON - WEEK - timedelta(microseconds=1))
    kept = an_event("kept", event_time=NOON - WEEK)

    report = await _sync(house, FakeSource(house, told(over, kept)))

    assert (report.applied, set(house.events.all)) == (1, {"kept"})


async def test_an_event_that_was_moved_to_the_past_goes() -> None:
    house = FakeHouse()
    house.events.all["event"] = _changed(2)
    moved = evolve(_changed(1), event_time=NOON - 8 * DAY)

    report = await _sync(house, FakeSource(house, told(moved)))

    assert (report.applied, house.events.all) == (1, {})
    assert house.messages(CatalogueChanged) == [CatalogueChanged(catalogue_version=1)]


async def test_what_a_stricter_purge_removed_is_not_brought_back() -> None:
    house = FakeHouse()
    await house.catalogue_states.save(CatalogueState(purged_before=NOON - HOUR))
    purged = an_event("purged", event_time=NOON - 2 * HOUR)

    report = await _sync(house, FakeSource(house, told(purged)))

    assert (report.applied, house.events.all) == (0, {})


async def test_a_purged_event_that_was_put_off_comes_back() -> None:
    house = FakeHouse()
    await house.catalogue_states.save(CatalogueState(purged_before=NOON - HOUR))

    await _sync(house, FakeSource(house, told(an_event("again", event_time=NOON + HOUR))))

    assert set(house.events.all) == {"again"}


async def test_an_event_that_is_over_moves_the_watermark_all_the_same() -> None:
    house = FakeHouse()
    over = an_event(event_time=NOON - 8 * DAY, changed_at=NOON - 2 * DAY)

    await _sync(house, FakeSource(house, told(over)))

    assert await _watermark(house) == NOON - 2 * DAY


# Sources that do not say when an event changed.


def _unstamped(event: Event, read_at: datetime) -> SourceEvent:
    return SourceEvent(event=evolve(event, changed_at=read_at), stamped=False)


async def test_unstamped_events_are_taken_in_without_a_watermark() -> None:
    house = FakeHouse()

    await _sync(house, FakeSource(house, [_unstamped(an_event(), NOON)]))

    assert set(house.events.all) == {"event"}
    assert await _watermark(house) is None


async def test_an_unstamped_event_with_the_same_content_is_no_change() -> None:
    house = FakeHouse()
    source = FakeSource(house, [_unstamped(an_event(), NOON)])
    await _sync(house, source)
    source.events = [_unstamped(an_event(), NOON + HOUR)]

    report = await _sync(house, source)

    assert report.applied == 0
    assert house.events.all["event"].changed_at == NOON


async def test_an_unstamped_event_with_other_content_is_a_change() -> None:
    house = FakeHouse()
    source = FakeSource(house, [_unstamped(an_event(), NOON)])
    await _sync(house, source)
    source.events = [_unstamped(an_event(name="Опера"), NOON + HOUR)]

    report = await _sync(house, source)

    assert (report.applied, house.events.all["event"].name) == (1, "Опера")


async def test_a_page_with_both_kinds_takes_its_watermark_from_the_stamped() -> None:
    house = FakeHouse()
    events = [*told(_changed(1, "stamped")), _unstamped(an_event("unstamped"), NOON)]

    await _sync(house, FakeSource(house, events))

    assert await _watermark(house) == NOON - DAY


async def test_an_unstamped_event_that_is_over_is_not_taken_in() -> None:
    house = FakeHouse()
    over = _unstamped(an_event(event_time=NOON - 8 * DAY), NOON)

    report = await _sync(house, FakeSource(house, [over]))

    assert (report.applied, house.events.all) == (0, {})


async def test_an_event_that_is_cancelled_is_announced_once() -> None:
    house = FakeHouse()
    open_event = an_event(changed_at=NOON - 2 * DAY)
    await _sync(house, FakeSource(house, told(open_event)))
    cancelled = evolve(open_event, status=EventStatus.CANCELLED, changed_at=NOON - DAY)

    await _sync(house, FakeSource(house, told(cancelled)))
    await _sync(house, FakeSource(house, told(cancelled)))

    assert house.messages(EventCancelled) == [EventCancelled(event_id="event")]


async def test_an_event_that_was_never_open_here_is_not_announced_as_cancelled() -> None:
    house = FakeHouse()
    cancelled = evolve(an_event(), status=EventStatus.CANCELLED)

    await _sync(house, FakeSource(house, told(cancelled)))

    assert house.messages(EventCancelled) == []


async def test_an_old_cancellation_is_not_announced() -> None:
    house = FakeHouse()
    open_event = an_event(changed_at=NOON - DAY)
    await _sync(house, FakeSource(house, told(open_event)))
    outdated = evolve(open_event, status=EventStatus.CANCELLED, changed_at=NOON - 2 * DAY)

    await _sync(house, FakeSource(house, told(outdated)), SyncCatalogue(full=True))

    assert house.messages(EventCancelled) == []
