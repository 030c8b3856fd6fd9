"""A cache in this process: least recently used goes first, one flight for each key."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

from cachetools import TLRUCache

Value = TypeVar("Value")

_SPREAD = 0.1


class MemoryCache(Generic[Value]):
    """Keeps values for at most ``ttl`` seconds and as long as their version is the current one.

    Of many callers that miss one key at once, one loads and the others wait for it.
    """

    def __init__(
        self,
        *,
        ttl: float,
        capacity: int,
        size: Callable[[Value], int],
        chance: Callable[[], float],
    ) -> None:
        """Make an empty cache.

        Args:
            ttl: seconds for which a value is fresh at most; 0 keeps nothing.
            capacity: the most that all values together may weigh.
            size: what one value weighs.
            chance: draws a number from 0 to 1 for each value: by how much of a tenth its time
                is shortened, so that what was loaded together does not end together.
        """
        self.ttl = ttl
        self._values: TLRUCache[Hashable, Value] = TLRUCache(
            maxsize=capacity, ttu=self._end, getsizeof=size
        )
        self._chance = chance
        self._capacity = capacity
        self._size = size
        self._flights: dict[Hashable, asyncio.Task[Value]] = {}
        self._version = 0

    @property
    def version(self) -> int:
        """The version that the kept values belong to."""
        return self._version

    def move_to(self, version: int) -> None:
        """Forget everything that belongs to an older version; never goes back."""
        if version > self._version:
            self._version = version
            self._values.clear()
            self._flights.clear()

    def lifetime(self) -> float:
        """Draw for how many seconds a value that is made now is fresh."""
        return self.ttl * (1 - _SPREAD * self._chance())

    def get(self, key: Hashable) -> Value | None:
        """Return the value if it is here and fresh."""
        try:
            # Not ``get``: that looks the key up three times.
            return self._values[key]
        except KeyError:
            return None

    async def get_or_load(self, key: Hashable, load: Callable[[], Awaitable[Value]]) -> Value:
        """Return the value, loading it if need be. An error reaches every waiter, and is not kept.

        A caller that is cancelled leaves the load to the others.
        """
        value = self.get(key)
        if value is not None:
            return value
        flight = self._flights.get(key)
        if flight is None:
            flight = asyncio.ensure_future(self._load(key, load, self._version))
            flight.add_done_callback(_seen)
            self._flights[key] = flight
        return await asyncio.shield(flight)

    async def _load(
        self, key: Hashable, load: Callable[[], Awaitable[Value]], version: int
    ) -> Value:
        try:
            value = await load()
        finally:
            if self._flights.get(key) is asyncio.current_task():
                del self._flights[key]
        # What was read before a change committed is not kept after it.
        if version == self._version and self.ttl > 0 and self._size(value) <= self._capacity:
            self._values[key] = value
        return value

    def _end(self, _key: Hashable, _value: Value, now: float) -> float:
        return now + self.lifetime()


def _seen(flight: asyncio.Task[Value]) -> None:
    """Take note of an error, so that it is no noise where nobody waits for it any more."""
    if not flight.cancelled():
        flight.exception()
