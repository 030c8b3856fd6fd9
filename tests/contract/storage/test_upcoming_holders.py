"""The contract of the port ``UpcomingHolders``."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest
from attrs import evolve

from contract.storage.conftest import OpenSqlite
from contract.storage.making import DAY, HOUR, INSTANT, MINUTE, Storage, rolled_back
from contract.storage.test_accounts import an_account, put
from contract.storage.ticketing import MOSCOW, a_booking, an_own_event, book, put_own_events
from events_face_adapters.storage.upcoming_holders import DUE
from events_face_core.processes import UpcomingHolder
from events_face_core.ticketing import BookingStatus, OwnEventStatus
from unit.fakes import NOON

NEAR = (NOON + 2 * DAY).astimezone(MOSCOW)
START, END = NEAR - HOUR, NEAR + HOUR


async def _due(storage: Storage, *, after: str = "", limit: int = 100) -> Sequence[UpcomingHolder]:
    return await storage.upcoming_holders.due(START, END, after=after, limit=limit)


async def _ids(storage: Storage, *, after: str = "", limit: int = 100) -> list[str]:
    return [one.booking_id for one in await _due(storage, after=after, limit=limit)]


async def _near(storage: Storage) -> None:
    """Put an event that is near, and Anna's booking for it."""
    await put(storage, an_account("anna"))
    await put_own_events(storage, an_own_event(event_time=NEAR, name="Опера"))
    await book(storage, a_booking(user_id="anna", quantity=2))


async def test_whoever_holds_an_active_booking_is_told_of_with_all_that_a_reminder_says(
    storage: Storage,
) -> None:
    await _near(storage)

    (holder,) = await _due(storage)

    assert holder == UpcomingHolder(
        booking_id="booking",
        email="anna@example.com",
        language="en",
        display_name="Анна",
        event_name="Опера",
        event_time=NEAR,
        quantity=2,
        ticket_code="code of booking",
        booked_at=NOON,
    )
    assert holder.event_time.utcoffset() == NEAR.utcoffset()


async def test_who_goes_by_no_name_is_called_by_the_address(storage: Storage) -> None:
    await put(storage, evolve(an_account("user"), display_name=None))
    await put_own_events(storage, an_own_event(event_time=NEAR))
    await book(storage, a_booking())

    (holder,) = await _due(storage)

    assert holder.display_name == "user@example.com"


async def test_the_span_begins_after_its_start_and_includes_its_end(storage: Storage) -> None:
    await put(storage, an_account("user"))
    times = {"a": START, "b": START + INSTANT, "c": END, "d": END + INSTANT}
    for name, time in times.items():
        await put_own_events(storage, an_own_event(name, event_time=time))
        await book(storage, a_booking(name, event_id=name))

    assert await _ids(storage) == ["b", "c"]


@pytest.mark.parametrize("status", [OwnEventStatus.CANCELLED, OwnEventStatus.COMPLETED])
async def test_of_an_event_that_is_not_published_any_more_nobody_is_told(
    storage: Storage, status: OwnEventStatus
) -> None:
    await _near(storage)
    async with storage() as tx:
        event = await tx.own_events.find("own")
        assert event is not None
        await tx.own_events.save(evolve(event, status=status))

    assert await _ids(storage) == []


async def test_of_a_cancelled_booking_nobody_is_told(storage: Storage) -> None:
    await _near(storage)
    async with storage() as tx:
        booking = await tx.bookings.find("booking")
        assert booking is not None
        cancelled = evolve(booking, status=BookingStatus.CANCELLED, cancelled_at=NOON)
        await tx.bookings.cancel([cancelled])

    assert await _ids(storage) == []


async def test_who_is_gone_or_has_no_address_is_left_out(storage: Storage) -> None:
    gone = an_account("gone").erased(NOON)
    silent = evolve(an_account("silent", email=""), issuer="https://id.example", subject="s")
    await put(storage, gone, silent)
    await put_own_events(storage, an_own_event(event_time=NEAR))
    for user_id in ("gone", "silent", "unknown"):
        await book(storage, a_booking(user_id, user_id=user_id))

    assert await _ids(storage) == []


async def test_pages_follow_the_ids_of_bookings_over_all_events(storage: Storage) -> None:
    await put(storage, an_account("user"), an_account("other"))
    for name in ("x", "y"):
        await put_own_events(storage, an_own_event(name, event_time=NEAR - MINUTE))
    for number, (event_id, user_id) in enumerate(
        [("y", "user"), ("x", "user"), ("y", "other"), ("x", "other")]
    ):
        await book(storage, a_booking(f"b{number}", event_id=event_id, user_id=user_id))

    assert await _ids(storage, limit=3) == ["b0", "b1", "b2"]
    assert await _ids(storage, after="b2", limit=3) == ["b3"]


async def test_a_booking_that_was_rolled_back_is_not_told_of(storage: Storage) -> None:
    await put(storage, an_account("user"))
    await put_own_events(storage, an_own_event(event_time=NEAR))

    await rolled_back(storage, lambda tx: tx.bookings.add(a_booking()))

    assert await _ids(storage) == []


async def test_sqlite_goes_from_the_events_that_are_near_along_the_indexes(tmp_path: Path) -> None:
    async with OpenSqlite(tmp_path)():
        pass

    with closing(sqlite3.connect(tmp_path / "events-face.db")) as connection:
        values = dict.fromkeys("1234", 0)
        steps = connection.execute(f"EXPLAIN QUERY PLAN {DUE}", values).fetchall()

    told = [str(step[3]) for step in steps]
    assert "own_event_by_time (event_time>? AND event_time<?)" in told[0]
    assert "booking_active (event_id=?)" in told[1]
    assert told[2].startswith("SEARCH account")
