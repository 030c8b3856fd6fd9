"""Everything that stands between us and one outside service."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from time import monotonic
from typing import TypeVar

from events_face_adapters.resilience.breaker import Breaker
from events_face_adapters.resilience.bulkhead import Bulkhead
from events_face_adapters.resilience.deadline import Deadline
from events_face_adapters.resilience.errors import CallRejectedError

T = TypeVar("T")

Observe = Callable[[str, float], None]
"""Is told of each call: ``ok``, ``failed`` or ``rejected`` (not made), and its seconds."""


class Guard:
    """A bulkhead around a breaker around a deadline; also the core's ``Gate``.

    Args:
        name: the service's name.
        breaker: counts its failures.
        bulkhead: bounds the calls under way.
        deadline: bounds the duration of each.
        observe: is told of each call, for the metrics.
    """

    def __init__(
        self,
        name: str,
        breaker: Breaker,
        bulkhead: Bulkhead,
        deadline: Deadline,
        *,
        observe: Observe | None = None,
    ) -> None:
        self.name = name
        self.breaker = breaker
        self._bulkhead = bulkhead
        self._deadline = deadline
        self._observe = observe

    def allowance(self) -> int:
        """Return how many calls may start: 0 while the circuit is open, 1 for its probe."""
        match self.breaker.state_name:
            case "open":
                return 0
            case "half-open":
                return min(self._bulkhead.free, int(self.breaker.probe_free))
            case "closed":
                return self._bulkhead.free

    async def call(self, function: Callable[[], Awaitable[T]]) -> T:
        """Call the service, and return its answer.

        Raises:
            CallRejectedError: the call was not made, to spare the service or us.
            DependencyUnavailableError: it was, and no answer came in time.
        """
        started = monotonic()
        outcome = "ok"
        try:
            return await self._bulkhead.call(
                partial(self.breaker.call_async, self._deadline.call, function)
            )
        except CallRejectedError:
            outcome = "rejected"
            raise
        except BaseException as error:
            # An answer that refuses is raised too, and is an answer all the same.
            outcome = "failed" if self.breaker.is_failure(type(error), error) else "ok"
            raise
        finally:
            if self._observe is not None:
                self._observe(outcome, monotonic() - started)
