"""Tasks end when they are told to, whatever becomes of the first word."""

import asyncio

import pytest

from events_face_runners import event_loop
from events_face_runners.event_loop import end


async def for_ever() -> None:
    await asyncio.Event().wait()


async def deaf_once() -> None:
    try:
        await for_ever()
    except asyncio.CancelledError:
        await for_ever()


async def failing() -> None:
    raise ValueError("of its own")


async def test_what_is_ended_was_cancelled() -> None:
    tasks = [asyncio.create_task(for_ever()) for _ in range(2)]

    await end(*tasks)

    assert all(task.cancelled() for task in tasks)


async def test_a_task_that_loses_its_first_cancellation_ends_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(event_loop, "_TIDY_SECONDS", 0.01)
    task = asyncio.create_task(deaf_once())
    await asyncio.sleep(0)

    await end(task)

    assert task.cancelled()


async def test_what_a_task_failed_with_is_told() -> None:
    task = asyncio.create_task(failing())
    await asyncio.sleep(0)

    with pytest.raises(ValueError, match="of its own"):
        await end(task)
