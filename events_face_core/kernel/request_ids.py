"""Which request is under way, as the core sees it: asked for, never taken."""

from typing import Protocol


class RequestIds(Protocol):
    """Knows the request that the running code belongs to."""

    def current(self) -> str:
        """Return the id of the request under way, or an empty text outside of one."""
        ...
