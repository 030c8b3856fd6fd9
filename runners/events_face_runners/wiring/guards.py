"""The guards before outside services: one for each port, so that none starves another."""

from datetime import timedelta
from functools import partial

from events_face_adapters.resilience import Breaker, Bulkhead, CircuitState, Deadline, Guard
from events_face_runners.observing.metrics import Metrics
from events_face_runners.wiring.settings import Settings

_WORSE: tuple[CircuitState, ...] = ("closed", "half-open", "open")


def make_guard(
    name: str, *, settings: Settings, metrics: Metrics, timeout: timedelta, concurrency: int
) -> Guard:
    """Return a guard with circuit breaker, bulkhead and deadline, counted in the metrics."""
    return Guard(
        name,
        Breaker(
            name,
            failure_threshold=settings.breaker_failures,
            recovery=settings.breaker_recovery,
        ),
        Bulkhead(concurrency=concurrency),
        Deadline(limit=timeout),
        observe=partial(metrics.call, name),
    )


def worst_state(*guards: Guard) -> CircuitState:
    """Return the worst state of the circuits: open, half-open or closed."""
    return max((guard.breaker.state_name for guard in guards), key=_WORSE.index)
