"""What the contracts of caches are told in: values that are words, and a shared cache of ours."""

import asyncio
from collections.abc import Hashable

from attrs import define, field

from events_face_adapters.cache import MemoryCache
from events_face_core.kernel import DependencyUnavailableError

FOR_LONG = 60.0


def memory(
    *, ttl: float = FOR_LONG, capacity: int = 100, shortened: float = 0.0
) -> MemoryCache[str]:
    """A cache at version 1; a value weighs as many units as it has letters."""
    cache = MemoryCache[str](ttl=ttl, capacity=capacity, size=len, chance=lambda: shortened)
    cache.move_to(1)
    return cache


@define
class Letters:
    """Words, written down as they are; what is not UTF-8 is none."""

    namespace: str = "test"

    def name(self, version: int, key: Hashable) -> str:
        return f"{self.namespace}:{version}:{key}"

    def write(self, value: str) -> bytes:
        return value.encode()

    def read(self, written: bytes) -> str | None:
        try:
            return written.decode()
        except UnicodeDecodeError:
            return None


@define
class Shelf:
    """A shared cache in memory that can be out of order, or slow to take things.

    Attributes:
        asked: the names that were fetched, in order.
        lifetimes: for how many seconds each value was to be kept.
    """

    kept: dict[str, bytes] = field(factory=dict)
    asked: list[str] = field(factory=list)
    lifetimes: list[float] = field(factory=list)
    broken: bool = False
    takes: asyncio.Event = field(factory=asyncio.Event)
    waiting: int = 0

    def __attrs_post_init__(self) -> None:
        self.takes.set()

    async def fetch(self, name: str) -> bytes | None:
        self.asked.append(name)
        if self.broken:
            raise DependencyUnavailableError("out of order", reached=True)
        return self.kept.get(name)

    async def store(self, name: str, value: bytes, *, ttl: float) -> None:
        self.waiting += 1
        await self.takes.wait()
        self.waiting -= 1
        if self.broken:
            raise DependencyUnavailableError("out of order", reached=True)
        self.kept[name] = value
        self.lifetimes.append(ttl)
