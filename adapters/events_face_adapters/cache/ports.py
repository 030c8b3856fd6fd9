"""What callers see of a cache, and what a cache sees of one that processes share."""

from collections.abc import Awaitable, Callable, Hashable
from typing import Protocol, TypeVar

Value = TypeVar("Value")


class Cache(Protocol[Value]):
    """Keeps values for a while, and as long as their version is the current one."""

    @property
    def ttl(self) -> float:
        """Seconds for which a value is kept at most; 0 keeps nothing."""
        ...

    @property
    def version(self) -> int:
        """The version that the kept values belong to; 0 until one is known."""
        ...

    def move_to(self, version: int) -> None:
        """Forget everything that belongs to an older version; never goes back."""
        ...

    def get(self, key: Hashable) -> Value | None:
        """Return the value if it is in this process and fresh."""
        ...

    async def get_or_load(self, key: Hashable, load: Callable[[], Awaitable[Value]]) -> Value:
        """Return the value, loading it if need be. An error reaches every waiter, and is not kept.

        Of many callers that miss one key at once, one loads and the others wait for it. A caller
        that is cancelled leaves the load to the others.
        """
        ...


class SharedCache(Protocol):
    """Bytes by name, kept for a while outside of this process."""

    async def fetch(self, name: str) -> bytes | None:
        """Return what is kept under the name, if anything is.

        Raises:
            DependencyUnavailableError: it cannot be asked, or its answer is none.
        """
        ...

    async def store(self, name: str, value: bytes, *, ttl: float) -> None:
        """Keep a value for so many seconds, in place of what is there.

        Raises:
            DependencyUnavailableError: it cannot be asked, or does not take it.
        """
        ...


class Form(Protocol[Value]):
    """How values and their keys are written down for a shared cache."""

    def name(self, version: int, key: Hashable) -> str:
        """Return the name of a key's value at a version: the same in every process."""
        ...

    def write(self, value: Value) -> bytes:
        """Write a value down."""
        ...

    def read(self, written: bytes) -> Value | None:
        """Return the value; none if this is nothing that ``write`` wrote."""
        ...
