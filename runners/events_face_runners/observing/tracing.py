"""What traces the work, as the runners use it."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from aiohttp import TraceConfig
from attrs import frozen

from events_face_core.kernel import NO_TRACES, Traces

Ended = Callable[[str, int], None]
"""Tells how a request ended: its route and status."""


class TracedRequests(Protocol):
    """Tells of requests that are answered."""

    def around(
        self, method: str, headers: Mapping[str, str], request_id: str
    ) -> AbstractContextManager[Ended]:
        """Do the block as a step of the client's story, or of a new one."""
        ...

    def answered_at_once(
        self, method: str, route: str, headers: Mapping[str, str], seconds: float
    ) -> None:
        """Tell of a request that has ended, if it belongs to a story that is recorded.

        Such answers are ready: they begin no story, for there is nothing behind them to tell.
        """
        ...


@frozen(kw_only=True)
class Tracing:
    """How the work is traced: not at all, unless something is given.

    Attributes:
        requests: traces requests that are answered.
        clients: trace the calls of our HTTP client.
    """

    traces: Traces = NO_TRACES
    requests: TracedRequests | None = None
    clients: Sequence[TraceConfig] = ()


NO_TRACING = Tracing()
