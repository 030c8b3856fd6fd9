"""A page that fails is asked for again before the whole sync is given up."""

from datetime import date, timedelta

import pytest
from attrs import define, field

from events_face_adapters.resilience import CallRejectedError, RetryingEventSource
from events_face_core.catalogue import SourceBrokenError, SourcePage
from events_face_core.kernel import DependencyUnavailableError

DOWN = DependencyUnavailableError("503", reached=True)
PAGE = SourcePage(events=[])


class Half:
    """A chance that is always one half."""

    def fraction(self) -> float:
        return 0.5


@define
class ScriptedSource:
    """Fails with each of the errors in turn, and then answers."""

    errors: list[Exception]
    asked: int = 0

    async def changes(self, since: date | None, after: str | None = None) -> SourcePage:
        self.asked += 1
        if self.errors:
            raise self.errors.pop(0)
        return PAGE


@define
class Pauses:
    """Remembers how long it was to wait, and does not."""

    waits: list[timedelta] = field(factory=list)

    async def __call__(self, wait: timedelta) -> None:
        self.waits.append(wait)


def _retrying(source: ScriptedSource, pauses: Pauses) -> RetryingEventSource:
    return RetryingEventSource(source=source, chance=Half(), sleep=pauses)


async def test_a_page_that_fails_now_and_then_arrives() -> None:
    source = ScriptedSource([DOWN, DOWN, DOWN, DOWN])

    page = await _retrying(source, Pauses()).changes(None)

    assert page is PAGE
    assert source.asked == 5


async def test_a_source_that_goes_on_failing_is_given_up() -> None:
    source = ScriptedSource([DOWN] * 9)

    with pytest.raises(DependencyUnavailableError):
        await _retrying(source, Pauses()).changes(None)

    assert source.asked == 5


async def test_the_waits_grow() -> None:
    pauses = Pauses()

    await _retrying(ScriptedSource([DOWN, DOWN, DOWN]), pauses).changes(None)

    assert pauses.waits == [timedelta(milliseconds=ms) for ms in (100, 200, 400)]


async def test_retry_after_is_honoured() -> None:
    pauses = Pauses()
    busy = DependencyUnavailableError("429", reached=False, retry_after=timedelta(seconds=7))

    await _retrying(ScriptedSource([busy]), pauses).changes(None)

    assert pauses.waits == [timedelta(seconds=7)]


@pytest.mark.parametrize(
    "error",
    [
        CallRejectedError("the circuit is open"),
        SourceBrokenError("nonsense"),
        DependencyUnavailableError("429", reached=False, retry_after=timedelta(minutes=5)),
    ],
)
async def test_what_asking_again_would_not_mend_fails_at_once(error: Exception) -> None:
    source = ScriptedSource([error])

    with pytest.raises(type(error)):
        await _retrying(source, Pauses()).changes(None)

    assert source.asked == 1
