"""When tasks are due, and how cron says it."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events_face_runners.background.schedule import CronTimes, Daily, Every, cron_times

DAY = 86_400
NIGHT = Daily(time(3, 30))


def starts(times: CronTimes) -> list[int]:
    """The seconds of the day at which cron starts it."""
    return [
        hour * 3600 + minute * 60 + second
        for hour in sorted(times.hours)
        for minute in sorted(times.minutes)
        for second in sorted(times.seconds)
    ]


def interval(times: CronTimes) -> int:
    """The seconds between two starts; fails unless they are the same all day and over midnight."""
    moments = starts(times)
    apart = {(b - a) % DAY or DAY for a, b in zip(moments, moments[1:] + moments[:1], strict=True)}
    assert len(apart) == 1, apart
    return apart.pop()


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (0.05, 1),
        (1, 1),
        (1.9, 1),
        (7, 6),
        (45, 30),
        (59.9, 30),
        (60, 60),
        (90, 60),
        (7 * 60, 6 * 60),
        (59 * 60, 30 * 60),
        (3600, 3600),
        (5 * 3600, 4 * 3600),
        (23 * 3600, 12 * 3600),
        (DAY, DAY),
        (10 * DAY, DAY),
    ],
)
def test_an_interval_is_rounded_down_to_equal_parts_of_a_minute_an_hour_or_a_day(
    seconds: float, expected: int
) -> None:
    assert interval(cron_times(Every(seconds))) == expected


@given(st.floats(min_value=1, max_value=10 * DAY))
def test_cron_never_waits_longer_than_was_asked_for_nor_less_than_half_of_it(
    seconds: float,
) -> None:
    rounded = interval(cron_times(Every(seconds)))

    assert rounded <= seconds
    assert rounded > min(seconds, DAY) / 2 - 1


def test_a_time_of_day_is_one_start_a_day() -> None:
    assert starts(cron_times(NIGHT)) == [3 * 3600 + 30 * 60]


@pytest.mark.parametrize(
    ("moment", "following"),
    [
        (datetime(2026, 1, 15, 3, 29, 59, tzinfo=UTC), datetime(2026, 1, 15, 3, 30, tzinfo=UTC)),
        (datetime(2026, 1, 15, 3, 30, tzinfo=UTC), datetime(2026, 1, 16, 3, 30, tzinfo=UTC)),
        (datetime(2026, 12, 31, 12, tzinfo=UTC), datetime(2027, 1, 1, 3, 30, tzinfo=UTC)),
    ],
)
def test_a_time_of_day_comes_today_or_tomorrow(moment: datetime, following: datetime) -> None:
    assert NIGHT.following(moment) == following


@given(st.datetimes(timezones=st.just(UTC), max_value=datetime(9000, 1, 1)), st.times())  # noqa: DTZ001
def test_a_time_of_day_is_always_ahead_and_never_more_than_a_day(
    moment: datetime, at: time
) -> None:
    wait = Daily(at).following(moment) - moment

    assert timedelta(0) < wait <= timedelta(days=1)
