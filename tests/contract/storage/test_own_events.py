"""The contract of the port ``OwnEvents``."""

from __future__ import annotations

from datetime import timedelta

import pytest
from attrs import evolve

from contract.storage.making import DAY, HOUR, INSTANT, Storage, rolled_back
from contract.storage.ticketing import (
    EVENT_TIME,
    MOSCOW,
    a_booking,
    an_own_event,
    book,
    details,
    left,
    put_categories,
    put_own_events,
)
from events_face_core.ticketing import (
    BookingClosedError,
    CapacityBelowBookedError,
    Category,
    OwnEvent,
    OwnEventStatus,
    Venue,
)
from unit.fakes import NOON


async def _find(storage: Storage, event_id: str = "own") -> OwnEvent | None:
    async with storage() as tx:
        return await tx.own_events.find(event_id)


async def _save(storage: Storage, event: OwnEvent) -> None:
    async with storage() as tx:
        await tx.own_events.save(event)


async def test_an_unknown_event_is_not_found(storage: Storage) -> None:
    assert await _find(storage) is None


@pytest.mark.parametrize("status", OwnEventStatus)
async def test_an_event_is_found_as_it_was_added(storage: Storage, status: OwnEventStatus) -> None:
    event = an_own_event(status=status)
    await put_own_events(storage, event)

    assert await _find(storage) == event


async def test_everything_that_is_known_of_an_event_is_kept(storage: Storage) -> None:
    await put_categories(storage, Category(id="music", name="Музыка"))
    event = evolve(
        an_own_event(
            name="я" * 255,
            description="Первая строка\nвторая",
            short_description="Коротко",
            end_time=EVENT_TIME + HOUR,
            venue=Venue(name="Зал", city="Москва", address="1", latitude=55.75, longitude=-37.6),
            capacity=1_000_000,
            category_id="music",
            image_url="https://example.com/a.jpg",
            booking_deadline_hours=0,
            featured=True,
        ),
        publish_at=NOON + DAY,
        published_at=NOON + INSTANT,
        cancelled_at=NOON + HOUR,
        cancel_reason="дождь",
        version=7,
    )
    await put_own_events(storage, event)

    assert await _find(storage) == event


async def test_the_offsets_of_times_are_kept(storage: Storage) -> None:
    event = an_own_event(event_time=EVENT_TIME, end_time=(EVENT_TIME + HOUR).astimezone(MOSCOW))
    await put_own_events(storage, event)

    found = await _find(storage)

    assert found is not None
    assert found.end_time is not None
    offsets = found.event_time.utcoffset(), found.end_time.utcoffset()
    assert offsets == (timedelta(hours=3), timedelta(hours=3))


async def test_an_event_is_found_as_it_was_saved(storage: Storage) -> None:
    event = an_own_event(description="Старое", end_time=EVENT_TIME + DAY)
    await put_own_events(storage, event)

    changed = evolve(event, details=details(name="Другое"), version=2)
    await _save(storage, changed)

    assert await _find(storage) == changed


async def test_saving_one_event_leaves_the_others_alone(storage: Storage) -> None:
    one, two = an_own_event("one"), an_own_event("two")
    await put_own_events(storage, one, two)

    await _save(storage, evolve(one, version=2))

    assert await _find(storage, "two") == two


async def test_a_removed_event_is_gone(storage: Storage) -> None:
    await put_own_events(storage, an_own_event(status=OwnEventStatus.DRAFT))

    async with storage() as tx:
        await tx.own_events.remove("own")

    assert await _find(storage) is None
    assert await left(storage) == 0


async def test_the_capacity_cannot_fall_below_what_is_taken(storage: Storage) -> None:
    event = an_own_event(capacity=5)
    await put_own_events(storage, event)
    await book(storage, a_booking(quantity=3))

    with pytest.raises(CapacityBelowBookedError):
        await _save(storage, evolve(event, details=details(capacity=2)))

    assert await _find(storage) == event
    await _save(storage, evolve(event, details=details(capacity=3)))
    assert await left(storage) == 0


@pytest.mark.parametrize(
    "status",
    [s for s in OwnEventStatus if s not in (OwnEventStatus.PUBLISHED, OwnEventStatus.DRAFT)],
)
async def test_no_seat_is_taken_once_an_event_is_saved_as_over(
    storage: Storage, status: OwnEventStatus
) -> None:
    event = an_own_event()
    await put_own_events(storage, event)
    await _save(storage, evolve(event, status=status))

    with pytest.raises(BookingClosedError):
        await book(storage, a_booking())


async def test_what_was_added_in_a_transaction_that_failed_is_not_there(storage: Storage) -> None:
    await rolled_back(storage, lambda tx: tx.own_events.add(an_own_event()))

    assert await _find(storage) is None


async def test_an_event_that_is_found_is_locked_against_other_writers(
    storage: Storage, other: Storage
) -> None:
    import asyncio  # noqa: PLC0415  # one test needs it

    await put_own_events(storage, an_own_event())
    async with storage() as tx:
        event = await tx.own_events.find("own")
        assert event is not None
        second = asyncio.create_task(_find(other))
        await asyncio.sleep(0.05)
        assert not second.done()
        await tx.own_events.save(evolve(event, version=2))
    found = await second

    assert found is not None
    assert found.version == 2
