"""Tracing is an extra: who does not want it does without, who does is told what is missing."""

import pytest

from events_face_core.kernel import NO_TRACES
from events_face_runners.observing.tracing import NO_TRACING, Tracing
from events_face_runners.wiring import settings_rules
from events_face_runners.wiring.loading import SettingsError, load_settings
from events_face_runners.wiring.settings import Settings
from events_face_runners.wiring.tracing import open_tracing


@pytest.fixture
def _without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    def find_nothing(name: str) -> None:
        raise ModuleNotFoundError(name)

    monkeypatch.setattr(settings_rules, "find_spec", find_nothing)


@pytest.mark.usefixtures("_without_the_extra")
def test_an_endpoint_without_the_extra_is_one_line_that_says_what_to_install() -> None:
    with pytest.raises(SettingsError) as error:
        load_settings({"EVENTS_FACE_OTEL_ENDPOINT": "http://jaeger:4318"})

    assert str(error.value) == (
        "EVENTS_FACE_OTEL_ENDPOINT: tracing needs its libraries: pip install 'events-face[otel]'"
    )


async def test_without_an_endpoint_nothing_is_traced() -> None:
    async with open_tracing(Settings(), "events-face") as tracing:
        assert tracing is NO_TRACING

    assert (NO_TRACING.traces, NO_TRACING.requests) == (NO_TRACES, None)


async def test_tracing_that_is_given_goes_before_the_settings() -> None:
    given = Tracing()

    async with open_tracing(Settings(otel_endpoint="http://x:1"), "p", given=given) as tracing:
        assert tracing is given
