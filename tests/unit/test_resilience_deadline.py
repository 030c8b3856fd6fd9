"""The deadline."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from events_face_adapters.resilience import Deadline
from events_face_core.kernel import DependencyUnavailableError


async def test_a_call_in_time_returns_its_result() -> None:
    assert await Deadline().call(lambda: asyncio.sleep(0, "an answer")) == "an answer"


async def test_a_call_that_takes_too_long_may_have_acted() -> None:
    deadline = Deadline(limit=timedelta(milliseconds=10))
    with pytest.raises(DependencyUnavailableError, match=r"0\.01 s") as caught:
        await deadline.call(lambda: asyncio.sleep(60))
    assert caught.value.reached


async def test_a_call_that_takes_too_long_is_stopped() -> None:
    stopped = asyncio.Event()

    async def act() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            stopped.set()

    with pytest.raises(DependencyUnavailableError):
        await Deadline(limit=timedelta(milliseconds=10)).call(act)
    assert stopped.is_set()


async def test_a_cancellation_from_outside_stays_one() -> None:
    call = asyncio.create_task(Deadline().call(lambda: asyncio.sleep(60)))
    await asyncio.sleep(0)
    call.cancel()
    await asyncio.wait([call])
    assert call.cancelled()


async def test_an_error_in_time_passes() -> None:
    async def act() -> None:
        raise LookupError

    with pytest.raises(LookupError):
        await Deadline().call(act)
