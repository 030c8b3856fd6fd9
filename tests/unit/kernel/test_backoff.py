"""Waits between attempts."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events_face_core.kernel import Backoff

SECOND = timedelta(seconds=1)
bases = st.timedeltas(min_value=timedelta(milliseconds=1), max_value=timedelta(minutes=10))
ceilings = st.timedeltas(min_value=SECOND, max_value=timedelta(days=1))
attempts = st.integers(min_value=0, max_value=10_000)
fractions = st.floats(min_value=0, max_value=1, exclude_max=True)


@given(base=bases, ceiling=ceilings, attempts=attempts, fraction=fractions)
def test_a_wait_is_never_negative_and_never_above_the_ceiling(
    base: timedelta, ceiling: timedelta, attempts: int, fraction: float
) -> None:
    wait = Backoff(base=base, ceiling=ceiling).wait(attempts, fraction)

    assert timedelta(0) <= wait <= ceiling


@given(base=bases, ceiling=ceilings, attempts=attempts)
def test_full_jitter_reaches_down_to_no_wait_at_all(
    base: timedelta, ceiling: timedelta, attempts: int
) -> None:
    wait = Backoff(base=base, ceiling=ceiling).wait(attempts, 0.0)

    assert wait == timedelta(0)


@given(base=bases, ceiling=ceilings, attempts=attempts)
def test_the_longest_wait_never_shrinks_with_another_attempt(
    base: timedelta, ceiling: timedelta, attempts: int
) -> None:
    backoff = Backoff(base=base, ceiling=ceiling)

    assert backoff.wait(attempts, 1.0) <= backoff.wait(attempts + 1, 1.0)


@pytest.mark.parametrize(
    ("attempts", "seconds"), [(0, 1), (1, 1), (2, 2), (3, 4), (4, 8), (5, 16), (6, 20), (100, 20)]
)
def test_the_longest_wait_doubles_up_to_the_ceiling(attempts: int, seconds: int) -> None:
    backoff = Backoff(base=SECOND, ceiling=20 * SECOND)

    longest = backoff.wait(attempts, 1.0)

    assert longest == seconds * SECOND


@given(attempts=attempts, fraction=fractions)
def test_the_wait_is_spread_evenly_over_the_interval(attempts: int, fraction: float) -> None:
    backoff = Backoff()

    wait = backoff.wait(attempts, fraction)

    assert wait == backoff.wait(attempts, 1.0) * fraction
