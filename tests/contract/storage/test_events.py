"""The contract of the port ``Events``."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import count

import pytest
from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contract.storage.making import (
    DAY,
    INSTANT,
    Storage,
    an_event,
    put_events,
    rolled_back,
)
from events_face_core.catalogue import Event, EventQuery, EventStatus, Origin, Place
from unit.fakes import NOON

LIMIT = NOON - 7 * DAY

on_one_storage = settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)
instants = st.datetimes(datetime(1900, 1, 1), datetime(9000, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  # hypothesis adds the zone
examples = count()


async def _find(storage: Storage, event_id: str = "event") -> Event | None:
    async with storage() as tx:
        return await tx.events.find(event_id)


async def _all(storage: Storage, *event_ids: str) -> Mapping[str, Event]:
    async with storage() as tx:
        return await tx.events.find_many(event_ids)


async def _versions(storage: Storage, *event_ids: str) -> dict[str, str]:
    return {id_: event.name for id_, event in (await _all(storage, *event_ids)).items()}


async def test_an_event_that_was_never_saved_is_not_found(storage: Storage) -> None:
    assert await _find(storage) is None


@pytest.mark.parametrize("status", EventStatus)
async def test_an_event_of_every_status_is_found_as_it_was_saved(
    storage: Storage, status: EventStatus
) -> None:
    event = an_event(status=status, number_of_visitors=2**31 - 1)
    await put_events(storage, event)

    assert await _find(storage) == event


@pytest.mark.parametrize("place", [None, Place(id="hall", name="Зал")])
async def test_an_event_without_place_or_city_is_found_as_it_was_saved(
    storage: Storage, place: Place | None
) -> None:
    event = an_event(place=place, number_of_visitors=None)
    await put_events(storage, event)

    assert await _find(storage) == event


@on_one_storage
@given(name=texts, place=texts, times=st.tuples(instants, instants, instants))
async def test_any_event_is_found_as_it_was_saved(
    storage: Storage, name: str, place: str, times: tuple[datetime, datetime, datetime]
) -> None:
    event_time, deadline, changed_at = times
    event = Event(
        id=f"event-{next(examples)}",
        name=name,
        status=EventStatus.NEW,
        event_time=event_time,
        registration_deadline=deadline,
        place=Place(id="place", name=place, city=name, address=place),
        number_of_visitors=0,
        changed_at=changed_at,
    )
    await put_events(storage, event)

    assert await _find(storage, event.id) == event


async def test_many_events_are_found_at_once_and_unknown_ones_left_out(storage: Storage) -> None:
    events = [an_event(f"e{n}") for n in range(1_500)]
    await put_events(storage, *events)

    found = await _all(storage, "unknown", *(event.id for event in events))

    assert found == {event.id: event for event in events}


async def test_no_ids_find_no_events(storage: Storage) -> None:
    await put_events(storage, an_event())

    assert await _all(storage) == {}


async def test_new_events_are_inserted_and_counted(storage: Storage) -> None:
    assert await put_events(storage, an_event("a"), an_event("b")) == 2


async def test_no_events_are_no_change(storage: Storage) -> None:
    assert await put_events(storage) == 0


async def test_a_newer_version_replaces_every_field(storage: Storage) -> None:
    await put_events(storage, an_event())
    newer = an_event(
        name="Спектакль",
        version=1,
        status=EventStatus.CANCELLED,
        event_time=NOON + 20 * DAY,
        place=Place(id="other", name="Другой зал"),
        number_of_visitors=7,
    )

    changed = await put_events(storage, newer)

    assert (changed, await _find(storage)) == (1, newer)


async def test_a_newer_version_takes_the_place_away(storage: Storage) -> None:
    await put_events(storage, an_event(number_of_visitors=5))
    newer = an_event(version=1, place=None, number_of_visitors=None)
    await put_events(storage, newer)

    assert await _find(storage) == newer


async def test_an_older_version_never_overwrites_a_newer_one(storage: Storage) -> None:
    newer = an_event(version=1)
    await put_events(storage, newer)

    changed = await put_events(storage, an_event(name="Старое имя"))

    assert (changed, await _find(storage)) == (0, newer)


async def test_an_equal_version_is_no_change(storage: Storage) -> None:
    first = an_event(name="Первое имя")
    await put_events(storage, first)

    changed = await put_events(storage, an_event(name="Второе имя"))

    assert (changed, await _find(storage)) == (0, first)


async def test_only_the_events_that_changed_are_counted(storage: Storage) -> None:
    await put_events(storage, an_event("a", version=5), an_event("b"))

    changed = await put_events(
        storage, an_event("a", version=4), an_event("b", version=1), an_event("c")
    )

    assert changed == 2


@pytest.mark.parametrize("versions", [(1, 2, 3), (3, 2, 1), (2, 3, 1), (3, 3, 1)])
async def test_of_duplicates_in_one_call_the_newest_stays_and_counts_once(
    storage: Storage, versions: tuple[int, ...]
) -> None:
    duplicates = [an_event(name=f"Версия {version}", version=version) for version in versions]

    changed = await put_events(storage, *duplicates)

    event = await _find(storage)
    assert event is not None
    assert (changed, event.name) == (1, "Версия 3")


@on_one_storage
@given(
    batches=st.lists(
        st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 9)), min_size=1, max_size=4),
        min_size=1,
        max_size=5,
    )
)
async def test_any_order_of_versions_ends_with_the_newest(
    storage: Storage, batches: list[list[tuple[str, int]]]
) -> None:
    example = next(examples)
    newest: dict[str, str] = {}
    for key, version in sorted((v for batch in batches for v in batch), key=lambda v: v[1]):
        newest[f"{key}-{example}"] = f"v{version}"

    for batch in batches:
        await put_events(
            storage, *(an_event(f"{key}-{example}", f"v{v}", version=v) for key, v in batch)
        )

    assert await _versions(storage, *newest) == newest


@on_one_storage
@given(versions=st.permutations(range(6)))
async def test_any_interleaving_of_two_writers_ends_with_the_newest(
    storage: Storage, other: Storage, versions: list[int]
) -> None:
    event_id = f"event-{next(examples)}"

    await asyncio.gather(
        *(
            put_events(storage if n % 2 else other, an_event(event_id, f"v{v}", version=v))
            for n, v in enumerate(versions)
        )
    )

    assert await _versions(storage, event_id) == {event_id: "v5"}


async def test_of_two_writers_with_one_version_exactly_one_changes_it(
    storage: Storage, other: Storage
) -> None:
    changed = await asyncio.gather(
        *(put_events(writer, an_event(version=1)) for writer in (storage, other) * 10)
    )

    assert sum(changed) == 1


async def test_events_of_a_transaction_that_fails_are_not_there(storage: Storage) -> None:
    before = an_event("kept")
    await put_events(storage, before)

    newer = [an_event("kept", version=1), an_event("new")]
    await rolled_back(storage, lambda tx: tx.events.upsert(newer))

    assert await _all(storage, "kept", "new") == {"kept": before}


async def test_an_event_that_was_replaced_by_a_newer_one_is_removed(storage: Storage) -> None:
    await put_events(storage, an_event())

    async with storage() as tx:
        removed = await tx.events.remove_replaced([an_event(version=1)])

    assert (removed, await _find(storage)) == (1, None)


@pytest.mark.parametrize("version", [0, 1])
async def test_an_event_that_is_as_new_or_newer_is_not_removed(
    storage: Storage, version: int
) -> None:
    ours = an_event(version=1)
    await put_events(storage, ours)

    async with storage() as tx:
        removed = await tx.events.remove_replaced([an_event(version=version)])

    assert (removed, await _find(storage)) == (0, ours)


async def test_removing_what_is_not_there_removes_nothing(storage: Storage) -> None:
    await put_events(storage, an_event())

    async with storage() as tx:
        assert await tx.events.remove_replaced([an_event("unknown", version=1)]) == 0
        assert await tx.events.remove_replaced([]) == 0


async def test_duplicates_remove_an_event_once(storage: Storage) -> None:
    await put_events(storage, an_event())

    async with storage() as tx:
        removed = await tx.events.remove_replaced([an_event(version=2), an_event(version=1)])

    assert (removed, await _find(storage)) == (1, None)


async def test_a_correction_replaces_a_version_of_the_same_age_with_every_field(
    storage: Storage,
) -> None:
    await put_events(storage, an_event(version=1), an_event("older"))
    corrected = [an_event("older", "Лекция", version=1), an_event(name="Лекция", version=1)]

    async with storage() as tx:
        changed = await tx.events.upsert(corrected, correcting=True)

    assert changed == 2
    assert await _all(storage, "event", "older") == {e.id: e for e in corrected}


async def test_a_correction_inserts_what_is_missing(storage: Storage) -> None:
    async with storage() as tx:
        changed = await tx.events.upsert([an_event()], correcting=True)

    assert (changed, await _find(storage)) == (1, an_event())


async def test_a_correction_never_overwrites_a_newer_version(storage: Storage) -> None:
    ours = an_event(version=2)
    await put_events(storage, ours)

    async with storage() as tx:
        changed = await tx.events.upsert([an_event(name="Лекция", version=1)], correcting=True)
        removed = await tx.events.remove_replaced([an_event(version=1)], correcting=True)

    assert (changed, removed, await _find(storage)) == (0, 0, ours)


async def test_a_correction_removes_a_version_of_the_same_age(storage: Storage) -> None:
    await put_events(storage, an_event(version=1))

    async with storage() as tx:
        removed = await tx.events.remove_replaced([an_event(version=1)], correcting=True)

    assert (removed, await _find(storage)) == (1, None)


async def test_what_a_correction_changes_is_searched_by_its_new_words(storage: Storage) -> None:
    await put_events(storage, an_event())

    async with storage() as tx:
        await tx.events.upsert([an_event(name="Лекция")], correcting=True)

    found = [await storage.event_reads.page(EventQuery(search=w)) for w in ("концерт", "лекция")]
    assert [len(page.items) for page in found] == [0, 1]


async def test_an_event_exactly_at_the_purge_limit_is_kept(storage: Storage) -> None:
    times = {"over": LIMIT - INSTANT, "at": LIMIT, "after": LIMIT + INSTANT}
    await put_events(storage, *(an_event(id_, event_time=time) for id_, time in times.items()))

    async with storage() as tx:
        over = await tx.events.count_over(LIMIT)
        removed = await tx.events.remove_over(LIMIT, at_most=100)

    assert (over, removed, set(await _all(storage, *times))) == (1, 1, {"at", "after"})


async def test_an_event_of_our_own_is_purged_so_long_after_its_end(storage: Storage) -> None:
    began = evolve(an_event(event_time=LIMIT - DAY), origin=Origin.OWN)
    ended = evolve(began, status=EventStatus.FINISHED)
    await put_events(
        storage,
        evolve(began, id="on", changed_at=LIMIT - DAY),
        evolve(ended, id="over", changed_at=LIMIT - INSTANT),
        evolve(ended, id="cancelled", changed_at=LIMIT - DAY, status=EventStatus.CANCELLED),
        evolve(ended, id="at", changed_at=LIMIT),
        evolve(ended, id="ahead", changed_at=LIMIT - DAY, event_time=LIMIT),
    )

    async with storage() as tx:
        over = await tx.events.count_over(LIMIT)
        removed = await tx.events.remove_over(LIMIT, at_most=100)

    left = await _all(storage, "on", "over", "cancelled", "at", "ahead")
    assert (over, removed, set(left)) == (2, 2, {"on", "at", "ahead"})


async def test_no_more_events_are_purged_than_asked_for(storage: Storage) -> None:
    await put_events(storage, *(an_event(f"e{n}", event_time=LIMIT - DAY) for n in range(7)))

    async with storage() as tx:
        removed = [await tx.events.remove_over(LIMIT, at_most=3) for _ in range(4)]

    assert removed == [3, 3, 1, 0]


async def test_counting_what_is_over_removes_nothing(storage: Storage) -> None:
    await put_events(storage, an_event(event_time=LIMIT - DAY))

    async with storage() as tx:
        counted = [await tx.events.count_over(LIMIT) for _ in range(2)]

    assert counted == [1, 1]


async def test_a_purge_that_fails_removes_nothing(storage: Storage) -> None:
    await put_events(storage, an_event(event_time=LIMIT - DAY))

    await rolled_back(storage, lambda tx: tx.events.remove_over(LIMIT, at_most=10))

    assert await _find(storage) is not None


async def test_two_purges_at_once_remove_each_event_once(storage: Storage, other: Storage) -> None:
    await put_events(storage, *(an_event(f"e{n}", event_time=LIMIT - DAY) for n in range(40)))

    async def purge(purging: Storage) -> int:
        async with purging() as tx:
            return await tx.events.remove_over(LIMIT, at_most=10)

    removed = await asyncio.gather(*(purge(one) for one in (storage, other) * 4))

    assert sum(removed) == 40


async def test_a_purged_event_can_come_back_with_an_older_version(storage: Storage) -> None:
    event = an_event(version=5, event_time=LIMIT - DAY)
    await put_events(storage, event)
    async with storage() as tx:
        await tx.events.remove_over(LIMIT, at_most=10)

    older = evolve(event, changed_at=event.changed_at - INSTANT)

    assert await put_events(storage, older) == 1


# Whose event it is


@pytest.mark.parametrize("origin", Origin)
async def test_it_is_known_whose_an_event_is(storage: Storage, origin: Origin) -> None:
    event = an_event(origin=origin)
    await put_events(storage, event)

    assert await _find(storage) == event


@pytest.mark.parametrize("correcting", [False, True])
@pytest.mark.parametrize(
    ("ours", "theirs"), [(Origin.OWN, Origin.PROVIDER), (Origin.PROVIDER, Origin.OWN)]
)
async def test_nobody_changes_or_removes_the_event_of_another(
    storage: Storage, ours: Origin, theirs: Origin, *, correcting: bool
) -> None:
    event = an_event(origin=ours)
    await put_events(storage, event)
    newer = an_event(version=1, origin=theirs)

    async with storage() as tx:
        changed = await tx.events.upsert([newer], correcting=correcting)
        removed = await tx.events.remove_replaced([newer], correcting=correcting)

    assert (changed, removed) == (0, 0)
    assert await _find(storage) == event
