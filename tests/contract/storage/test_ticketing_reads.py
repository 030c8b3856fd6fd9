"""The contract of ``TicketingReads`` as far as events and categories go, and of ``Categories``."""

from __future__ import annotations

import asyncio

import pytest
from attrs import evolve

from contract.storage.making import DAY, Storage, rolled_back
from contract.storage.ticketing import (
    EVENT_TIME,
    a_booking,
    an_own_event,
    book,
    put_categories,
    put_own_events,
)
from events_face_core.ticketing import (
    Category,
    CategoryNameTakenError,
    OwnEventQuery,
    OwnEventStatus,
)

MUSIC = Category(id="music", name="Музыка", description="Что звучит")
JAZZ = Category(id="jazz", name="Джаз", parent_id="music")
ALL = OwnEventQuery()


async def _found(storage: Storage, query: OwnEventQuery) -> list[str]:
    page = await storage.ticketing_reads.own_events(query)
    return [shown.event.id for shown in page.items]


async def test_an_event_is_shown_with_its_category_and_what_is_taken(storage: Storage) -> None:
    await put_categories(storage, MUSIC)
    event = an_own_event(category_id="music")
    await put_own_events(storage, event)
    await book(storage, a_booking(quantity=4))

    shown = await storage.ticketing_reads.own_event("own")

    assert shown is not None
    assert (shown.event, shown.category, shown.taken) == (event, MUSIC, 4)
    assert shown.available_seats == 6


async def test_an_event_without_a_category_has_none(storage: Storage) -> None:
    await put_own_events(storage, an_own_event())

    shown = await storage.ticketing_reads.own_event("own")

    assert shown is not None
    assert shown.category is None


async def test_an_unknown_event_is_not_shown_and_has_no_seats(storage: Storage) -> None:
    assert await storage.ticketing_reads.own_event("own") is None
    assert await storage.ticketing_reads.available_seats("own") == 0


async def test_events_are_listed_in_pages_by_their_time(storage: Storage) -> None:
    await put_own_events(
        storage,
        *(an_own_event(f"e{n}", event_time=EVENT_TIME + (n // 2) * DAY) for n in range(5)),
    )
    query = OwnEventQuery(limit=2)

    first = await storage.ticketing_reads.own_events(query)
    second = await storage.ticketing_reads.own_events(evolve(query, cursor=first.next))
    third = await storage.ticketing_reads.own_events(evolve(query, cursor=second.next))
    back = await storage.ticketing_reads.own_events(evolve(query, cursor=third.previous))

    pages = [[shown.event.id for shown in page.items] for page in (first, second, third, back)]
    assert pages == [["e0", "e1"], ["e2", "e3"], ["e4"], ["e2", "e3"]]
    assert (first.previous, third.next) == (None, None)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        (ALL, ["concert", "draft", "lecture"]),
        (evolve(ALL, organizer_id="organizer"), ["concert", "lecture"]),
        (evolve(ALL, statuses=frozenset({OwnEventStatus.DRAFT})), ["draft"]),
        (evolve(ALL, category_id="music"), ["concert"]),
        (evolve(ALL, time_from=EVENT_TIME + DAY), ["draft", "lecture"]),
        (evolve(ALL, time_to=EVENT_TIME + DAY), ["concert"]),
        (evolve(ALL, search="концерт"), ["concert", "draft"]),
        (evolve(ALL, search="концерты ёлк"), ["draft"]),
        (evolve(ALL, search="конц ёлка"), []),
        (evolve(ALL, search="%"), []),
    ],
)
async def test_events_are_found_by_everything_that_can_be_asked(
    storage: Storage, query: OwnEventQuery, found: list[str]
) -> None:
    await put_categories(storage, MUSIC)
    draft = OwnEventStatus.DRAFT
    later, latest = EVENT_TIME + DAY, EVENT_TIME + 2 * DAY
    await put_own_events(
        storage,
        an_own_event("concert", name="Концерты", category_id="music"),
        an_own_event(
            "draft", name="Концерт: ёлка", status=draft, organizer_id="x", event_time=later
        ),
        an_own_event("lecture", name="Лекция", event_time=latest),
    )

    assert await _found(storage, query) == found


async def test_categories_are_listed_by_their_names(storage: Storage) -> None:
    await put_categories(storage, MUSIC, JAZZ)

    assert await storage.ticketing_reads.categories() == [JAZZ, MUSIC]


async def test_categories_are_found_by_id(storage: Storage) -> None:
    await put_categories(storage, MUSIC, JAZZ)

    async with storage() as tx:
        tree = await tx.categories.tree()
        there = await tx.categories.exists("jazz"), await tx.categories.exists("rock")

    assert tree == {"music": MUSIC, "jazz": JAZZ}
    assert there == (True, False)


async def test_a_name_is_taken_whatever_its_case(storage: Storage) -> None:
    await put_categories(storage, MUSIC)

    with pytest.raises(CategoryNameTakenError):
        await put_categories(storage, Category(id="other", name="МУЗЫКА"))


async def test_a_category_cannot_take_the_name_of_another(storage: Storage) -> None:
    await put_categories(storage, MUSIC, JAZZ)

    with pytest.raises(CategoryNameTakenError):
        async with storage() as tx:
            await tx.categories.save(evolve(JAZZ, name="музыка"))


async def test_a_category_is_found_as_it_was_saved(storage: Storage) -> None:
    await put_categories(storage, MUSIC, JAZZ)
    changed = Category(id="jazz", name="Джаз и блюз", description="И то, и другое")

    async with storage() as tx:
        await tx.categories.save(changed)

    async with storage() as tx:
        assert (await tx.categories.tree())["jazz"] == changed


async def test_of_two_categories_of_one_name_at_once_one_is_made(
    storage: Storage, other: Storage
) -> None:
    twins = [Category(id="one", name="Цирк"), Category(id="two", name="цирк")]

    outcomes = await asyncio.gather(
        put_categories(storage, twins[0]), put_categories(other, twins[1]), return_exceptions=True
    )

    assert sorted(type(outcome).__name__ for outcome in outcomes) == [
        "CategoryNameTakenError",
        "NoneType",
    ]


async def test_a_category_of_a_transaction_that_failed_is_not_there(storage: Storage) -> None:
    await rolled_back(storage, lambda tx: tx.categories.add(MUSIC))

    assert await storage.ticketing_reads.categories() == []
