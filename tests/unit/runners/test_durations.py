"""Durations as people write them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events_face_runners.wiring.durations import format_duration, parse_duration

CENTURY = timedelta(days=36_525)
UNITS = {"w": 604_800, "d": 86_400, "h": 3_600, "m": 60, "s": 1, "ms": 0.001}


@given(st.timedeltas(min_value=timedelta(0), max_value=CENTURY))
def test_a_duration_that_was_written_is_read_as_it_was(duration: timedelta) -> None:
    assert parse_duration(format_duration(duration)) == duration


@pytest.mark.parametrize("unit", UNITS)
def test_every_unit_is_read(unit: str) -> None:
    assert parse_duration(f"3{unit}") == timedelta(seconds=3 * UNITS[unit])


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1h30m", 5400),
        ("90m", 5400),
        ("1.5h", 5400),
        ("1d12h", 129_600),
        ("1m500ms", 60.5),
        ("0s", 0),
        ("000000001s", 1),
        (" 1 h 30 m ", 5400),
        ("7D", 604_800),
        ("30m1h", 5400),
        ("36525d", 36_525 * 86_400),
    ],
)
def test_a_duration_is_read(text: str, seconds: float) -> None:
    assert parse_duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "60",
        "s",
        "-5s",
        "+5s",
        "5 apples",
        "5s!",
        "1,5s",
        "1e3s",
        ".5s",
        "5.s",
        "5y",
        "s5",
        "5sec",
        "1000000000s",
        "0.0000001s",
    ],
)
def test_what_is_no_duration_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match="is not a duration such as 30s, 60m, 1h30m or 7d"):
        parse_duration(text)


@pytest.mark.parametrize(
    "text", ["36525d1ms", "5219w", "999999999w", "999999999w" * 50, "999999999d999999999d"]
)
def test_a_duration_that_no_calendar_holds_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is longer than a century"):
        parse_duration(text)


@pytest.mark.parametrize(
    ("duration", "text"),
    [
        (timedelta(0), "0s"),
        (timedelta(seconds=60), "1m"),
        (timedelta(minutes=90), "1h30m"),
        (timedelta(days=7), "7d"),
        (timedelta(seconds=1, milliseconds=500), "1s500ms"),
        (timedelta(microseconds=1500), "1.5ms"),
        (timedelta(microseconds=1), "0.001ms"),
        (timedelta(days=1, hours=1, minutes=1, seconds=1), "1d1h1m1s"),
    ],
)
def test_a_duration_is_written_in_few_words(duration: timedelta, text: str) -> None:
    assert format_duration(duration) == text
