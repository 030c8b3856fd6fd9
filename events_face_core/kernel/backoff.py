"""How long to wait before the next attempt: exponential backoff with full jitter."""

from __future__ import annotations

from datetime import timedelta
from typing import Protocol

from attrs import frozen

_LARGEST_EXPONENT = 16


class Chance(Protocol):
    """A source of randomness."""

    def fraction(self) -> float:
        """Return a number from 0 up to, but not including, 1, evenly spread."""
        ...


@frozen(kw_only=True)
class Backoff:
    """Waits between attempts.

    Attributes:
        base: the longest wait after the first attempt.
        ceiling: the longest wait ever.
    """

    base: timedelta = timedelta(seconds=1)
    ceiling: timedelta = timedelta(seconds=20)

    def wait(self, attempts: int, fraction: float) -> timedelta:
        """Return the wait after ``attempts`` failed attempts.

        The wait is spread over the whole interval (full jitter), so that rows that failed
        together do not come back together.
        """
        exponent = min(max(attempts - 1, 0), _LARGEST_EXPONENT)
        longest: timedelta = min(self.base * 2.0**exponent, self.ceiling)
        return longest * fraction
