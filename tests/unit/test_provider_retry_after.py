"""The ``Retry-After`` header."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events_face_adapters.http import LONGEST_RETRY_AFTER, retry_after

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("0", 0),
        ("7", 7),
        (" 7 ", 7),
        ("000000000000007", 7),
        ("600", 600),
        ("601", 600),
        ("9" * 5000, 600),
        ("Mon, 05 Jan 2026 12:00:00 GMT", 0),
        ("Mon, 05 Jan 2026 12:00:30 GMT", 30),
        ("Mon, 05 Jan 2026 15:00:30 +0300", 30),
        ("Mon, 05 Jan 2026 12:00:30", 30),
        ("Monday, 05-Jan-26 12:00:30 GMT", 30),
        ("Fri, 31 Dec 2027 23:59:59 GMT", 600),
    ],
)
def test_seconds_and_dates_are_read(header: str, seconds: int) -> None:
    assert retry_after(header, NOW) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "-1",
        "1.5",
        "soon",
        "٧",
        "Mon, 05 Jan 2026 11:59:59 GMT",
        "Mon, 05 Jan 99999 12:00:00 GMT",
        "Mon, 99 Jan 2026 12:00:00 GMT",
        "2026-01-05T12:00:30Z",
    ],
)
def test_the_past_and_garbage_say_nothing(header: str | None) -> None:
    assert retry_after(header, NOW) is None


@given(st.text(max_size=60))
def test_no_header_can_break_it_or_stop_us_for_long(header: str) -> None:
    wait = retry_after(header, NOW)
    assert wait is None or timedelta(0) <= wait <= LONGEST_RETRY_AFTER
