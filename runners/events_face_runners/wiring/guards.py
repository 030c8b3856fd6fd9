"""The guards before outside services: one for each port, so that none starves another."""

from datetime import timedelta
from functools import partial

from events_face_adapters.resilience import Breaker, Bulkhead, CircuitState, Deadline, Guard
from events_face_runners.observing.metrics import Metrics
from events_face_runners.wiring.settings import Settings

_PATIENCE = timedelta(seconds=5)
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
        # Who waits for a place waits no longer than for an answer.
        Bulkhead(concurrency=concurrency, patience=min(_PATIENCE, timeout)),
        Deadline(limit=timeout),
        observe=partial(metrics.call, name),
    )


def worst_state(*guards: Guard) -> CircuitState:
    """Return the worst state of the circuits: open, half-open or closed."""
    return worse_state(*(guard.breaker.state_name for guard in guards))


def worse_state(*states: CircuitState) -> CircuitState:
    """Return the worst of these states."""
    return max(states, key=_WORSE.index)
