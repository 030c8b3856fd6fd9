"""The contract of the port ``EventReads``: the listing, its filters, its pages, its search."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest
from attrs import evolve

from contract.storage.making import (
    DAY,
    HOUR,
    INSTANT,
    Storage,
    an_event,
    put_events,
    rolled_back,
)
from events_face_core.catalogue import (
    CatalogueState,
    Event,
    EventPage,
    EventPlace,
    EventQuery,
    EventStatus,
    Ordering,
)
from events_face_core.kernel import Cursor
from unit.fakes import NOON

NEW, OPEN, CLOSED = EventStatus.NEW, EventStatus.OPEN, EventStatus.REGISTRATION_CLOSED
UP, DOWN = Ordering.EVENT_TIME, Ordering.EVENT_TIME_DESCENDING


async def _page(storage: Storage, **asked: Any) -> EventPage:  # noqa: ANN401  # any part of a query
    return await storage.event_reads.page(EventQuery(**asked))


async def _ids(storage: Storage, **asked: Any) -> list[str]:  # noqa: ANN401  # any part of a query
    return [event.id for event in (await _page(storage, **asked)).items]


async def _found(storage: Storage, search: str) -> set[str]:
    page = await _page(storage, search=search, limit=100)
    return {event.name for event in page.items}


async def _put_names(storage: Storage, *names: str) -> None:
    await put_events(storage, *(an_event(f"e{n}", name) for n, name in enumerate(names)))


async def _walk(
    storage: Storage, query: EventQuery, *, backwards: bool = False
) -> tuple[list[Event], EventQuery]:
    """Follow the pages to their end; return what was on them, and the last question."""
    seen: list[Event] = []
    while True:
        page = await storage.event_reads.page(query)
        seen = [*page.items, *seen] if backwards else [*seen, *page.items]
        cursor = page.previous if backwards else page.next
        if cursor is None:
            return seen, query
        query = evolve(query, cursor=cursor)


def _in_order(events: list[Event], ordering: Ordering) -> list[str]:
    ordered = sorted(events, key=lambda event: (event.event_time, event.id))
    return [event.id for event in (ordered if ordering is UP else reversed(ordered))]


def _tied(count: int, *, each: int) -> list[Event]:
    """Return events of which so many at a time take place at one instant."""
    return [an_event(f"e{n:03}", event_time=NOON + (n // each) * HOUR) for n in range(count)]


async def test_an_empty_catalogue_is_an_empty_page(storage: Storage) -> None:
    page = await _page(storage)

    assert (page.items, page.next, page.previous) == ((), None, None)


async def test_a_listed_event_is_the_event_that_was_saved(storage: Storage) -> None:
    event = an_event(number_of_visitors=5)
    await put_events(storage, event)

    assert (await _page(storage)).items == (event,)


async def test_one_event_is_found_by_its_id(storage: Storage) -> None:
    event = an_event()
    await put_events(storage, event, an_event("other"))

    assert await storage.event_reads.find("event") == event


async def test_an_unknown_event_is_not_found(storage: Storage) -> None:
    assert await storage.event_reads.find("unknown") is None


@pytest.mark.parametrize("ordering", Ordering)
@pytest.mark.parametrize("each", [57, 20, 1])
@pytest.mark.parametrize("limit", [1, 10, 56, 57, 100])
async def test_pages_list_every_event_once_forwards_and_backwards(
    storage: Storage, limit: int, each: int, ordering: Ordering
) -> None:
    events = _tied(57, each=each)
    await put_events(storage, *events)
    expected = _in_order(events, ordering)

    forwards, last = await _walk(storage, EventQuery(ordering=ordering, limit=limit))
    backwards, first = await _walk(storage, last, backwards=True)

    assert [event.id for event in forwards] == expected
    assert [event.id for event in backwards] == expected
    assert (last.cursor is None, first.cursor is None) == (limit >= 57, limit >= 57)


@pytest.mark.parametrize("ordering", Ordering)
async def test_the_page_after_and_the_page_before_meet(
    storage: Storage, ordering: Ordering
) -> None:
    await put_events(storage, *_tied(25, each=25))
    first = await _page(storage, ordering=ordering, limit=10)
    second = await _page(storage, ordering=ordering, limit=10, cursor=first.next)

    back = await _page(storage, ordering=ordering, limit=10, cursor=second.previous)

    assert back.items == first.items
    assert (back.previous, back.next) == (None, first.next)


async def test_the_first_page_has_nothing_before_it_and_the_last_nothing_after(
    storage: Storage,
) -> None:
    await put_events(storage, *_tied(20, each=20))

    first = await _page(storage, limit=10)
    last = await _page(storage, limit=10, cursor=first.next)

    assert (first.previous, last.next) == (None, None)
    assert len(last.items) == 10


async def test_the_largest_page_holds_a_hundred_events(storage: Storage) -> None:
    await put_events(storage, *_tied(101, each=10))

    page = await _page(storage, limit=100)

    assert (len(page.items), page.next is None) == (100, False)


@pytest.mark.parametrize(("ordering", "expected"), [(UP, "bc"), (DOWN, "ba")])
async def test_a_cursor_whose_event_is_gone_still_tells_where_to_go_on(
    storage: Storage, ordering: Ordering, expected: str
) -> None:
    await put_events(storage, *(an_event(id_) for id_ in "abc"))
    gone = Cursor(place=EventPlace(event_time=an_event().event_time, id="aa"))
    if ordering is DOWN:
        gone = Cursor(place=EventPlace(event_time=an_event().event_time, id="bb"))

    assert await _ids(storage, ordering=ordering, cursor=gone) == list(expected)


async def test_changes_between_two_pages_neither_repeat_nor_hide_what_did_not_change(
    storage: Storage,
) -> None:
    events = _tied(30, each=7)
    await put_events(storage, *events)
    first = await _page(storage, limit=10)
    earlier = [an_event(f"new{n}", event_time=NOON - n * HOUR) for n in range(5)]
    moved = [evolve(events[n], event_time=NOON - DAY, changed_at=NOON) for n in (9, 25)]
    await put_events(storage, *earlier, *moved)

    assert first.next is not None
    rest, _ = await _walk(storage, EventQuery(limit=10, cursor=first.next))

    unchanged = {event.id for event in events} - {"e009", "e025"}
    seen = [event.id for event in (*first.items, *rest)]
    assert len(seen) == len(set(seen))
    assert unchanged <= set(seen)


async def test_pages_of_a_filtered_listing_stay_within_the_filter(storage: Storage) -> None:
    events = _tied(40, each=40)
    mixed = [evolve(e, status=OPEN if n % 2 else NEW) for n, e in enumerate(events)]
    await put_events(storage, *mixed)

    seen, _ = await _walk(storage, EventQuery(statuses=frozenset({OPEN}), limit=3))

    assert [event.id for event in seen] == [e.id for e in mixed if e.status is OPEN]


async def _put_one_of_each_status(storage: Storage) -> None:
    await put_events(storage, *(an_event(status.value, status=status) for status in EventStatus))


@pytest.mark.parametrize("status", EventStatus)
async def test_a_status_lists_the_events_with_that_status(
    storage: Storage, status: EventStatus
) -> None:
    await _put_one_of_each_status(storage)

    assert await _ids(storage, statuses=frozenset({status})) == [status.value]


async def test_several_statuses_list_the_events_with_any_of_them(storage: Storage) -> None:
    await _put_one_of_each_status(storage)

    assert await _ids(storage, statuses=frozenset({OPEN, CLOSED})) == [OPEN.value, CLOSED.value]


async def test_no_status_and_every_status_list_every_event(storage: Storage) -> None:
    await _put_one_of_each_status(storage)

    everything = await _ids(storage, statuses=frozenset(EventStatus))

    assert await _ids(storage) == everything
    assert len(everything) == len(EventStatus)


TIMES = {"before": NOON - INSTANT, "at": NOON, "after": NOON + INSTANT}


@pytest.mark.parametrize(
    ("bounds", "expected"),
    [
        ({"time_from": NOON}, ["at", "after"]),
        ({"time_to": NOON}, ["before"]),
        ({"time_from": NOON, "time_to": NOON + INSTANT}, ["at"]),
        ({"time_from": NOON, "time_to": NOON}, []),
        ({"time_from": NOON + INSTANT, "time_to": NOON - INSTANT}, []),
        ({"time_from": NOON - DAY, "time_to": NOON + DAY}, ["before", "at", "after"]),
    ],
)
async def test_bounds_of_the_time_are_inclusive_from_and_exclusive_to(
    storage: Storage, bounds: dict[str, datetime], expected: list[str]
) -> None:
    await put_events(storage, *(an_event(id_, event_time=time) for id_, time in TIMES.items()))

    assert await _ids(storage, **bounds) == expected


@pytest.mark.parametrize(
    ("bounds", "expected"),
    [
        ({"deadline_from": NOON}, {"at", "after"}),
        ({"deadline_to": NOON}, {"before"}),
        ({"deadline_from": NOON, "deadline_to": NOON + INSTANT}, {"at"}),
        ({"deadline_from": NOON, "deadline_to": NOON}, set()),
    ],
)
async def test_bounds_of_the_deadline_are_inclusive_from_and_exclusive_to(
    storage: Storage, bounds: dict[str, datetime], expected: set[str]
) -> None:
    await put_events(
        storage, *(an_event(id_, registration_deadline=time) for id_, time in TIMES.items())
    )

    assert set(await _ids(storage, **bounds)) == expected


async def test_bounds_in_another_offset_mean_the_same_instants(storage: Storage) -> None:
    await put_events(storage, an_event(event_time=NOON))
    tokyo = datetime.fromisoformat("2026-01-15T21:00:00+09:00")

    assert await _ids(storage, time_from=tokyo, time_to=tokyo + timedelta(seconds=1)) == ["event"]


@pytest.mark.parametrize(
    "asked",
    [
        {"search": "концерт"},
        {"statuses": frozenset({OPEN})},
        {"time_from": NOON},
        {"time_to": NOON + DAY},
        {"deadline_from": NOON - DAY},
        {"deadline_to": NOON},
    ],
)
async def test_every_filter_of_a_combination_must_hold(
    storage: Storage, asked: dict[str, Any]
) -> None:
    matching = an_event("matching", event_time=NOON, registration_deadline=NOON - DAY)
    await put_events(
        storage,
        matching,
        evolve(matching, id="search", name="Спектакль"),
        evolve(matching, id="statuses", status=CLOSED),
        evolve(matching, id="time_from", event_time=NOON - INSTANT),
        evolve(matching, id="time_to", event_time=NOON + DAY),
        evolve(matching, id="deadline_from", registration_deadline=NOON - DAY - INSTANT),
        evolve(matching, id="deadline_to", registration_deadline=NOON),
    )
    everything: dict[str, Any] = {
        "search": "концерт",
        "statuses": frozenset({OPEN}),
        "time_from": NOON,
        "time_to": NOON + DAY,
        "deadline_from": NOON - DAY,
        "deadline_to": NOON,
    }
    (left_out,) = asked
    all_but_one = {name: value for name, value in everything.items() if name != left_out}

    assert await _ids(storage, **everything) == ["matching"]
    assert set(await _ids(storage, **all_but_one)) == {"matching", left_out}


NAMES = (
    "Концерты П. И. Чайковского",
    "Ёлка в Кремле",
    "Симфонический концерт: «Щелкунчик»",
    "Summer concerts in the park",
    "Рок-фестиваль 2026",
    "PyCon Russia",
    "Лекция о неопределённости",
    "AND OR NOT NEAR",
    "Café del Mar",
)
CONCERTS, TREE, SYMPHONY, SUMMER, ROCK, PYCON, LECTURE, WORDS, CAFE = NAMES


@pytest.mark.parametrize(
    ("search", "expected"),
    [
        pytest.param("концерт", {CONCERTS, SYMPHONY}, id="another form of a Russian word"),
        pytest.param("концертами", {CONCERTS, SYMPHONY}, id="yet another form"),
        pytest.param("concert", {SUMMER}, id="another form of an English word"),
        pytest.param("concerts", {SUMMER}, id="the word itself"),
        pytest.param("Концерт", {CONCERTS, SYMPHONY}, id="an upper-case letter"),
        pytest.param("КОНЦЕРТ", {CONCERTS, SYMPHONY}, id="upper case"),
        pytest.param("pycon RUSSIA", {PYCON}, id="mixed case"),
        pytest.param("елка", {TREE}, id="е for ё"),
        pytest.param("ёлка", {TREE}, id="ё as it is"),
        pytest.param("Е\u0308лка", {TREE}, id="ё of two characters"),
        pytest.param("щёлкунчик", {SYMPHONY}, id="ё where there is none"),
        pytest.param("неопределенность", {LECTURE}, id="a form with е for ё"),
        pytest.param("чайк", {CONCERTS}, id="the beginning of a word"),
        pytest.param("чайковск", {CONCERTS}, id="a longer beginning"),
        pytest.param("чайковског", {CONCERTS}, id="a beginning longer than the stem"),
        pytest.param("чайковского", {CONCERTS}, id="the whole word"),
        pytest.param("ч", {CONCERTS}, id="one letter"),
        pytest.param("чайк концерт", set(), id="a beginning that is not the last word"),
        pytest.param("концерт чайк", {CONCERTS}, id="a beginning that is the last word"),
        pytest.param("чайковского концерты", {CONCERTS}, id="words in another order"),
        pytest.param("концерт кремль", set(), id="words of two names"),
        pytest.param("концерт концерт", {CONCERTS, SYMPHONY}, id="a word twice"),
        pytest.param("«концерт!»", {CONCERTS, SYMPHONY}, id="punctuation"),
        pytest.param("  концерт\t", {CONCERTS, SYMPHONY}, id="spaces around"),
        pytest.param("рок-фестиваль", {ROCK}, id="a hyphen"),
        pytest.param("рок фестиваль", {ROCK}, id="no hyphen"),
        pytest.param("2026", {ROCK}, id="a number"),
        pytest.param("20", {ROCK}, id="the beginning of a number"),
        pytest.param("026", set(), id="the end of a number"),
        pytest.param("церт", set(), id="the end of a word"),
        pytest.param("ｃｏｎｃｅｒｔ", {SUMMER}, id="full-width letters"),
        pytest.param("café", {CAFE}, id="an accent"),
        pytest.param("cafe\u0301", {CAFE}, id="an accent of its own"),
        pytest.param("ничего", set(), id="a word that is nowhere"),
    ],
)
async def test_a_search_finds(storage: Storage, search: str, expected: set[str]) -> None:
    await _put_names(storage, *NAMES)

    assert await _found(storage, search) == expected


@pytest.mark.parametrize(
    ("search", "expected"),
    [
        ("\"' OR 1=1 --", set()),
        ("'; DROP TABLE event; --", set()),
        ("концерт*", {CONCERTS, SYMPHONY}),
        ("*", set()),
        ("^концерт", {CONCERTS, SYMPHONY}),
        ("концерт:", {CONCERTS, SYMPHONY}),
        ("search_words:концерт", set()),
        ("(концерт)", {CONCERTS, SYMPHONY}),
        ("концерт)", {CONCERTS, SYMPHONY}),
        ("((((", set()),
        ('"', set()),
        ('"концерт', {CONCERTS, SYMPHONY}),
        ('концерт" OR "лекция', set()),
        ("концерт OR лекция", set()),
        ("концерт AND симфонический", set()),
        ("концерт NOT симфонический", set()),
        ("NEAR(концерт симфонический)", set()),
        ("AND OR NOT NEAR", {WORDS}),
        ("AND", {WORDS}),
        ("NOT", {WORDS}),
        ("концерт & симфонический", {SYMPHONY}),
        ("концерт | лекция", set()),
        ("!концерт", {CONCERTS, SYMPHONY}),
        ("концерт:*", {CONCERTS, SYMPHONY}),
        ("концерт <-> чайковского", {CONCERTS}),
        ("%", set()),
        ("_", set()),
        ("концерт\\", {CONCERTS, SYMPHONY}),
        ("концерт\0", {CONCERTS, SYMPHONY}),
        ("{a b}:", set()),
        ("+концерт -лекция", set()),
        ("☃ … —", set()),
        ("", set()),
    ],
)
async def test_what_looks_like_syntax_is_only_text(
    storage: Storage, search: str, expected: set[str]
) -> None:
    await _put_names(storage, *NAMES)

    assert await _found(storage, search) == expected
    assert await _found(storage, "чайковский") == {CONCERTS}


@pytest.mark.parametrize("letter", ["𞤀", "Ა", "ᲀ", "ꭰ", "日", "ß", "İ", "①", "ʼ", "ࢠ", "กำ"])
async def test_letters_of_any_script_are_found(storage: Storage, letter: str) -> None:
    await _put_names(storage, letter, *NAMES)

    assert letter in await _found(storage, letter)
    assert await _found(storage, f"ничего {letter}") == set()


async def test_a_beginning_is_what_was_typed_and_not_its_stem(storage: Storage) -> None:
    await _put_names(storage, "Концертмейстер", "Concerto")

    assert await _found(storage, "концерт") == {"Концертмейстер"}
    assert await _found(storage, "concert") == {"Concerto"}
    assert await _found(storage, "концерты") == await _found(storage, "concerts") == set()


@pytest.mark.parametrize("letter", ["a", "я", "𐐨"])
async def test_a_word_of_any_length_is_found_by_its_beginning(
    storage: Storage, letter: str
) -> None:
    await _put_names(storage, letter * 1000, *NAMES)

    assert await _found(storage, letter * 200) == {letter * 1000}
    assert await _found(storage, "концерт") == {CONCERTS, SYMPHONY}


async def test_the_longest_search_is_answered(storage: Storage) -> None:
    await _put_names(storage, *NAMES)

    assert await _found(storage, "а " * 100) == set()
    assert await _found(storage, "а" * 200) == set()
    assert await _found(storage, "\ufdfa" * 200) == set()


async def test_a_search_goes_on_over_pages_in_both_directions(storage: Storage) -> None:
    found = [an_event(f"e{n:02}", "Концерт", event_time=NOON + n % 3 * HOUR) for n in range(23)]
    hidden = [an_event(f"h{n:02}", "Лекция", event_time=NOON + n % 3 * HOUR) for n in range(23)]
    await put_events(storage, *found, *hidden)
    expected = _in_order(found, DOWN)

    query = EventQuery(search="концерты", ordering=DOWN, limit=5)
    forwards, last = await _walk(storage, query)
    backwards, _ = await _walk(storage, last, backwards=True)

    assert [event.id for event in forwards] == expected
    assert [event.id for event in backwards] == expected


@pytest.mark.parametrize("ordering", [UP, DOWN])
async def test_a_search_tells_events_of_one_minute_by_their_time(
    storage: Storage, ordering: Ordering
) -> None:
    apart = timedelta(milliseconds=1)
    events = [an_event(f"e{n:02}", event_time=NOON + n * 7 % 23 * apart) for n in range(23)]
    for event in events:
        await put_events(storage, event)

    walked, _ = await _walk(storage, EventQuery(search="концерт", ordering=ordering, limit=5))

    assert [event.id for event in walked] == _in_order(events, ordering)


async def test_a_beginning_that_many_words_have_finds_all_of_them(storage: Storage) -> None:
    names = [f"Концерт{n:03}" for n in range(90)]
    await _put_names(storage, *names)

    assert await _found(storage, "концерт") == set(names)


async def test_an_event_that_moves_is_found_at_its_new_time_only(storage: Storage) -> None:
    await put_events(storage, an_event("moved"), an_event("kept", event_time=NOON + HOUR))
    await put_events(storage, an_event("moved", version=1, event_time=NOON + DAY))

    assert await _ids(storage, search="концерт") == ["kept", "moved"]


async def test_a_renamed_event_is_found_by_its_new_name_only(storage: Storage) -> None:
    await put_events(storage, an_event(name="Концерт"))
    await put_events(storage, an_event(name="Спектакль", version=1))

    assert await _found(storage, "спектакль") == {"Спектакль"}
    assert await _found(storage, "концерт") == set()


async def test_an_event_that_changed_without_its_name_is_found_once(storage: Storage) -> None:
    await put_events(storage, an_event())
    await put_events(storage, an_event(version=1, status=CLOSED))

    assert await _ids(storage, search="концерт") == ["event"]


async def test_a_removed_event_is_not_found_any_more(storage: Storage) -> None:
    await put_events(storage, an_event("gone", event_time=NOON - DAY), an_event("kept"))
    async with storage() as tx:
        await tx.events.remove_over(NOON, at_most=10)

    assert await _ids(storage, search="концерт") == ["kept"]
    assert await storage.event_reads.find("gone") is None


async def test_a_new_name_that_was_rolled_back_is_not_found(storage: Storage) -> None:
    await put_events(storage, an_event(name="Концерт"))

    renamed = an_event(name="Спектакль", version=1)
    await rolled_back(storage, lambda tx: tx.events.upsert([renamed]))

    assert await _found(storage, "концерт") == {"Концерт"}
    assert await _found(storage, "спектакль") == set()


async def test_what_is_not_committed_is_not_read(storage: Storage, other: Storage) -> None:
    async with storage() as tx:
        await tx.events.upsert([an_event()])

        for reading in (storage, other):
            assert await reading.event_reads.find("event") is None
            assert await _ids(reading, search="концерт") == []
            assert await _ids(reading) == []

    for reading in (storage, other):
        assert await _ids(reading) == ["event"]


async def test_reads_do_not_wait_for_a_writer(storage: Storage, other: Storage) -> None:
    await put_events(storage, an_event())

    async with storage() as tx:
        await tx.events.upsert([an_event(version=1)])
        async with asyncio.timeout(2):
            await asyncio.gather(*(_page(reading) for reading in (storage, other) * 50))


async def test_readers_and_a_writer_at_once_see_whole_commits_only(
    storage: Storage, other: Storage
) -> None:
    names = [[an_event(id_, f"v{v}", version=v) for id_ in "abc"] for v in range(30)]
    seen: list[set[str]] = []

    async def read() -> None:
        while len(seen) < 200:
            seen.append({event.name for event in (await _page(other)).items})

    async def write() -> None:
        for version in names:
            await put_events(storage, *version)

    await asyncio.gather(write(), *(read() for _ in range(4)))

    assert all(len(version) <= 1 for version in seen)


async def test_a_new_catalogue_has_the_version_nought(storage: Storage) -> None:
    assert await storage.event_reads.version() == 0


async def test_the_version_is_the_one_that_was_committed(storage: Storage, other: Storage) -> None:
    async with storage() as tx:
        await tx.catalogue_states.save(CatalogueState(version=7))
        before = [await one.event_reads.version() for one in (storage, other)]

    after = [await one.event_reads.version() for one in (storage, other)]

    assert (before, after) == ([0, 0], [7, 7])
