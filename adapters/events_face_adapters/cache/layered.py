"""A cache in this process before one that several processes share."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, Literal, TypeVar

from events_face_adapters.cache.memory import MemoryCache
from events_face_adapters.cache.ports import Form, SharedCache
from events_face_core.kernel import DependencyUnavailableError

Value = TypeVar("Value")
Outcome = Literal["hit", "miss", "failed"]

log = logging.getLogger(__name__)

_HEAVIEST = 1024 * 1024
_MOST_WRITES = 64
_CLOSE_SECONDS = 1.0


class LayeredCache(Generic[Value]):
    """Looks in this process, then in the shared cache, and only then loads.

    One flight for each key covers the whole way down. Whatever is wrong with the shared cache,
    the value is loaded; nobody waits for it to be stored there.

    The version is part of the name that a value is shared under, and is taken before the load
    begins. So what was read before a change is never found under the version after it: once a
    process knows of the change, nothing older can reach it, and no entry has to be deleted;
    those of older versions die of age. A process that has not heard of a change yet may store
    what is newer under the older version, which does no harm. Nothing is shared at version 0,
    because that is where a process stands that has not heard of any.

    A value may be kept for its time here after it was kept for its time there.
    """

    def __init__(
        self,
        memory: MemoryCache[Value],
        shared: SharedCache,
        form: Form[Value],
        *,
        observe: Callable[[Outcome], None] = lambda _: None,
    ) -> None:
        """Put a cache in this process before a shared one.

        Args:
            memory: the cache in this process; its times to live hold for both.
            shared: the other one, guarded: no call may take long.
            form: how values are written down there.
            observe: is told what became of each question to the shared cache.
        """
        self._memory = memory
        self._shared = shared
        self._form = form
        self._observe = observe
        self._writes: set[asyncio.Task[None]] = set()
        # Not a method of our own: on the way that most requests take, a call more is felt.
        self.get = memory.get

    @property
    def ttl(self) -> float:
        """Seconds for which a value is kept at most in each cache; 0 keeps nothing."""
        return self._memory.ttl

    @property
    def version(self) -> int:
        """The version that the kept values belong to; 0 until one is known."""
        return self._memory.version

    def move_to(self, version: int) -> None:
        """Forget everything that belongs to an older version; never goes back."""
        self._memory.move_to(version)

    async def get_or_load(self, key: Hashable, load: Callable[[], Awaitable[Value]]) -> Value:
        """Return the value, loading it if need be; see the port."""
        # The flight begins at this version: nothing is awaited before it does.
        version = self.version
        return await self._memory.get_or_load(key, lambda: self._look_further(key, load, version))

    async def close(self) -> None:
        """Let what is being stored end; give up what takes long."""
        if self._writes:
            _, late = await asyncio.wait(self._writes, timeout=_CLOSE_SECONDS)
            for write in late:
                write.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _look_further(
        self, key: Hashable, load: Callable[[], Awaitable[Value]], version: int
    ) -> Value:
        if version == 0 or self.ttl <= 0:
            return await load()
        name = self._form.name(version, key)
        shared = await self._fetch(name)
        if shared is not None:
            return shared
        value = await load()
        if version == self.version:
            self._store_later(name, value)
        return value

    async def _fetch(self, name: str) -> Value | None:
        try:
            written = await self._shared.fetch(name)
        except DependencyUnavailableError as error:
            log.debug("not fetched: %s", error)
            self._observe("failed")
            return None
        value = None if written is None else self._form.read(written)
        self._observe("miss" if value is None else "hit")
        return value

    def _store_later(self, name: str, value: Value) -> None:
        if len(self._writes) >= _MOST_WRITES:
            return
        written = self._form.write(value)
        if len(written) > _HEAVIEST:
            return
        write = asyncio.create_task(self._store(name, written))
        self._writes.add(write)
        write.add_done_callback(self._writes.discard)

    async def _store(self, name: str, written: bytes) -> None:
        try:
            await self._shared.store(name, written, ttl=self._memory.lifetime())
        except DependencyUnavailableError as error:
            log.debug("not stored: %s", error)
