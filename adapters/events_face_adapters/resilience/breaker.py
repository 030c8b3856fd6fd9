"""A circuit breaker that counts what it must and probes with one call."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from time import monotonic
from typing import Literal, NoReturn, ParamSpec, TypeVar

from attrs import frozen
from circuitbreaker import STATE_CLOSED, STATE_HALF_OPEN, STATE_OPEN, CircuitBreaker

from events_face_adapters.resilience.errors import CallRejectedError
from events_face_core.auditing import AuditRecordRefusedError
from events_face_core.catalogue import SourceBrokenError
from events_face_core.kernel import DependencyUnavailableError
from events_face_core.notifications import NotificationRefusedError

P = ParamSpec("P")
T = TypeVar("T")

CircuitState = Literal["closed", "open", "half-open"]

_NAMES: dict[str, CircuitState] = {
    STATE_CLOSED: "closed",
    STATE_OPEN: "open",
    STATE_HALF_OPEN: "half-open",
}


@frozen
class _Admission:
    """A call that was let through: in which era of the circuit, and whether as its probe."""

    era: int
    probe: bool


def _is_failure(_kind: type[BaseException], error: BaseException) -> bool:
    """Tell a service that fails from one that answers, if only with a refusal.

    Whatever an adapter raises is a failure, a cancellation too (somebody gave up waiting),
    except for the answers that ports declare as exceptions.
    """
    answers = AuditRecordRefusedError | NotificationRefusedError | SourceBrokenError
    return not isinstance(error, answers)


class Breaker(CircuitBreaker):  # type: ignore[misc]  # the library ships no types
    """Stops calling a service that fails, and finds out when it is back.

    It differs from the library's breaker, as measured on 2.1.3, in that cancelled calls count
    as failures; a half-open circuit admits one probe at a time, and nothing but its answer
    closes the circuit, so calls from before it opened cannot; and ``retry_after`` of an error
    opens it at once for that long. It is used through ``call_async`` only, by one event loop,
    and is not in the library's global register.

    Args:
        name: the service's name.
        failure_threshold: how many failures in a row open the circuit.
        recovery: how long the circuit stays open before a probe.
        clock: seconds that never run backwards.
    """

    def __init__(
        self,
        name: str,
        *,
        failure_threshold: int = 5,
        recovery: timedelta = timedelta(seconds=15),
        clock: Callable[[], float] = monotonic,
    ) -> None:
        if failure_threshold < 1 or recovery <= timedelta(0):
            raise ValueError("a breaker needs a threshold and a time of recovery")
        super().__init__(
            failure_threshold=failure_threshold,
            recovery_timeout=recovery.total_seconds(),
            expected_exception=_is_failure,
            name=name,
        )
        self._clock = clock
        self._hold_until = clock()
        self._era = 0
        self._probing = False

    def __enter__(self) -> NoReturn:
        """Refuse: a ``with`` block does not say which call ended, so its end proves nothing."""
        raise TypeError("use call_async")

    @property
    def state_name(self) -> CircuitState:
        """The state, as operators know it."""
        return _NAMES[self.state]

    @property
    def probe_free(self) -> bool:
        """Whether no probe is under way."""
        return not self._probing

    @property
    def open_remaining(self) -> float:
        """Seconds until a probe is admitted; zero or less once it is."""
        return self._hold_until - self._clock()

    def remaining(self) -> timedelta:
        """Return how long the circuit stays open; zero unless it is."""
        seconds = self.open_remaining if self.opened else 0.0
        return timedelta(seconds=seconds)

    async def call_async(
        self, function: Callable[P, Awaitable[T]], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Call through the circuit, and return the result.

        Raises:
            CallRejectedError: the circuit is open, or its probe is under way.
        """
        admission = self._admit()
        try:
            result = await function(*args, **kwargs)
        except BaseException as error:
            if self.is_failure(type(error), error):
                self._take_failure(admission, error)
            else:
                self._take_answer(admission)
            raise
        else:
            self._take_answer(admission)
            return result
        finally:
            if admission.probe:
                self._probing = False

    def _admit(self) -> _Admission:
        state = self.state_name
        if state == "open":
            remaining = self.remaining()
            raise CallRejectedError(
                f"{self.name} failed; it is left alone for {remaining.total_seconds():.1f} s",
                retry_after=remaining,
            )
        if state == "half-open" and self._probing:
            raise CallRejectedError(f"{self.name} failed; one call is finding out if it is back")
        self._probing = self._probing or state == "half-open"
        return _Admission(self._era, probe=state == "half-open")

    def _take_answer(self, admission: _Admission) -> None:
        # A call from before the circuit last opened proves nothing.
        if admission.era == self._era:
            self.reset()

    def _take_failure(self, admission: _Admission, error: BaseException) -> None:
        asked = error.retry_after if isinstance(error, DependencyUnavailableError) else None
        if asked:
            self._open(asked.total_seconds(), error)
        elif admission.era == self._era:
            self._failure_count += 1
            if admission.probe or self._failure_count >= self._failure_threshold:
                self._open(self._recovery_timeout, error)

    def _open(self, seconds: float, error: BaseException) -> None:
        self._last_failure = error
        self._hold_until = max(self._hold_until, self._clock() + seconds)
        self._state = STATE_OPEN
        self._era += 1
