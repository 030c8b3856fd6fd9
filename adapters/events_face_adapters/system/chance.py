"""Randomness from the operating system."""

from random import SystemRandom

_random = SystemRandom()


class SystemChance:
    """The core's ``Chance``. Processes that start together still draw different numbers."""

    def fraction(self) -> float:
        """Return a number from 0 up to, but not including, 1, evenly spread."""
        return _random.random()
