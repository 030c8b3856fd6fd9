"""The contract of the port ``AuditRecords``: each record once, and found again."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from attrs import evolve

from events_face_adapters.storage.audit_records import AuditStorage
from events_face_core.auditing import AuditQuery, AuditRecord
from events_face_core.kernel import StorageUnavailableError
from support.audit import NOON, a_record, all_records, audit_storage

SECOND = timedelta(seconds=1)
INSTANT = timedelta(microseconds=1)


async def test_a_record_is_found_as_it_was_stored(records: AuditStorage) -> None:
    await records.add([a_record()])

    assert await records.find("e-1") == a_record()


async def test_a_record_that_nobody_stored_is_not_found(records: AuditStorage) -> None:
    assert await records.find("e-1") is None


async def test_of_two_records_with_one_id_the_first_stays(records: AuditStorage) -> None:
    first = await records.add([a_record()])

    second = await records.add([a_record(action="booking.cancelled"), a_record("e-2")])

    assert (first, second) == (1, 1)
    assert await records.find("e-1") == a_record()


async def test_one_id_twice_in_a_call_is_stored_once(records: AuditStorage) -> None:
    assert await records.add([a_record(), a_record()]) == 1


async def test_nothing_is_stored_of_nothing(records: AuditStorage) -> None:
    assert await records.add([]) == 0


async def test_calls_at_once_with_one_id_store_it_once(
    records: AuditStorage, other: AuditStorage
) -> None:
    stored = await asyncio.gather(*(one.add([a_record()]) for one in [records, other] * 20))

    assert sorted(stored) == [0] * 39 + [1]
    assert await all_records(records) == [a_record()]


async def test_calls_at_once_with_the_same_ids_in_any_order_never_wait_in_a_circle(
    records: AuditStorage, other: AuditStorage
) -> None:
    some = [a_record(f"e-{number}") for number in range(20)]

    stored = await asyncio.gather(
        *(one.add(order) for one in [records, other] * 5 for order in (some, some[::-1]))
    )

    assert sum(stored) == 20


async def test_a_call_that_is_cut_off_stores_nothing(
    records: AuditStorage, other: AuditStorage
) -> None:
    many = [a_record(f"e-{number}") for number in range(2000)]
    adding = asyncio.create_task(records.add(many))
    await asyncio.sleep(0.02)

    adding.cancel()
    await asyncio.gather(adding, return_exceptions=True)

    assert adding.cancelled()
    assert await all_records(other) == []
    assert await records.add(many[:10]) == 10


async def test_the_newest_come_first_and_of_one_instant_the_larger_id(
    records: AuditStorage,
) -> None:
    await records.add(
        [
            a_record("a", occurred_at=NOON),
            a_record("c", occurred_at=NOON),
            a_record("b", occurred_at=NOON + INSTANT),
            a_record("d", occurred_at=NOON - SECOND),
        ]
    )

    assert [record.event_id for record in await all_records(records)] == ["b", "c", "a", "d"]


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 100])
async def test_pages_repeat_nothing_and_leave_nothing_out(
    records: AuditStorage, limit: int
) -> None:
    some = [a_record(f"{n}", occurred_at=NOON - (n % 3) * SECOND) for n in range(7)]
    await records.add(some)

    found = await all_records(records, limit=limit)

    assert len(found) == 7
    assert set(map(_id, found)) == set(map(_id, some))


async def test_what_is_stored_meanwhile_moves_no_page(records: AuditStorage) -> None:
    await records.add([a_record(f"{n}", occurred_at=NOON - n * SECOND) for n in range(4)])
    first = await records.page(AuditQuery(limit=2))
    await records.add([a_record("new", occurred_at=NOON + SECOND)])

    second = await records.page(AuditQuery(limit=2, after=first.next))

    assert [*map(_id, first.records), *map(_id, second.records)] == ["0", "1", "2", "3"]
    assert second.next is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("actor_id", "boris"),
        ("actor_id", ""),
        ("action", "event.published"),
        ("entity", "event"),
        ("entity_id", "b-2"),
        ("request_id", "r-2"),
    ],
)
async def test_a_filter_lets_through_what_it_names(
    records: AuditStorage, name: str, value: str
) -> None:
    wanted = a_record("wanted", **{name: value})
    await records.add([a_record("other"), wanted])

    assert await all_records(records, **{name: value}) == [wanted]


async def test_the_bounds_of_time_hold_the_first_instant_and_not_the_last(
    records: AuditStorage,
) -> None:
    await records.add([a_record(f"{n}", occurred_at=NOON + n * INSTANT) for n in range(5)])

    found = await all_records(records, since=NOON + INSTANT, before=NOON + 3 * INSTANT)

    assert list(map(_id, found)) == ["2", "1"]


async def test_filters_and_pages_go_together(records: AuditStorage) -> None:
    await records.add(
        [
            a_record(f"{n}", actor_id="anna" if n % 2 else "boris", occurred_at=NOON + n * SECOND)
            for n in range(10)
        ]
    )

    found = await all_records(records, actor_id="anna", since=NOON + 3 * SECOND, limit=2)

    assert list(map(_id, found)) == ["9", "7", "5", "3"]


async def test_what_was_stored_is_there_when_the_database_is_opened_again(database: str) -> None:
    async with audit_storage(database) as storage:
        await storage.add([a_record()])
        first = storage.migrated
    async with audit_storage(database) as storage:
        found = await storage.find("e-1")
        second = storage.migrated

    assert found == a_record()
    assert (first, second) == (("0001_audit_record",), ())


async def test_two_that_open_a_new_database_at_once_take_turns(database: str) -> None:
    first, second = audit_storage(database), audit_storage(database)

    await asyncio.gather(first.__aenter__(), second.__aenter__())
    done = sorted([first.migrated, second.migrated])
    await first.__aexit__()
    await second.__aexit__()

    assert done == [(), ("0001_audit_record",)]


async def test_a_closed_database_is_unavailable(database: str) -> None:
    async with audit_storage(database) as storage:
        pass

    with pytest.raises(StorageUnavailableError):
        await storage.add([a_record()])


async def test_times_of_other_offsets_are_the_same_instants(records: AuditStorage) -> None:
    moscow = a_record(occurred_at=NOON.astimezone(tz=None))
    await records.add([moscow])

    found = await records.find("e-1")

    assert found == evolve(moscow, occurred_at=NOON)


def _id(record: AuditRecord) -> str:
    return record.event_id
