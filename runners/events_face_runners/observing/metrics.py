"""Prometheus metrics: one registry for each application, so that two can live in a process."""

from collections.abc import Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from events_face_core.catalogue import SyncReport
from events_face_core.kernel import OutboxState

CONTENT_TYPE = CONTENT_TYPE_LATEST

_FAST = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_CIRCUIT = {"closed": 0, "half-open": 1, "open": 2}


class Metrics:
    """Everything that is counted. Times are in seconds."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = Histogram(
            "events_face_http_request_seconds",
            "Time to answer a request, by route and status.",
            ["method", "route", "status"],
            buckets=_FAST,
            registry=self.registry,
        )
        self._calls = Histogram(
            "events_face_dependency_call_seconds",
            "Time of a call to a dependency, by outcome; rejected ones were never sent.",
            ["dependency", "outcome"],
            buckets=_FAST,
            registry=self.registry,
        )
        self._circuits = Gauge(
            "events_face_dependency_circuit",
            "State of a dependency's circuit breaker: 0 closed, 1 half-open, 2 open.",
            ["dependency"],
            registry=self.registry,
        )
        self._outbox = Gauge(
            "events_face_outbox_rows",
            "Outbox rows that are not delivered, by message and state.",
            ["message", "state"],
            registry=self.registry,
        )
        self._synced = Counter(
            "events_face_sync_events",
            "Events read by syncs: applied ones changed the catalogue, unreadable were left out.",
            ["outcome"],
            registry=self.registry,
        )
        self._syncs = Counter(
            "events_face_syncs", "Syncs, by outcome.", ["outcome"], registry=self.registry
        )
        self._cache = Counter(
            "events_face_cache_requests",
            "Requests answered from the cache or not.",
            ["outcome"],
            registry=self.registry,
        )
        self._request_children: dict[tuple[str, str, int], Histogram] = {}
        self.cache_hit = self._cache.labels("hit").inc
        self.cache_miss = self._cache.labels("miss").inc

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request."""
        key = (method, route, status)
        child = self._request_children.get(key)
        if child is None:
            child = self._request_children[key] = self._requests.labels(*key)
        child.observe(seconds)

    def call(self, dependency: str, outcome: str, seconds: float) -> None:
        """Count a call to a dependency."""
        self._calls.labels(dependency, outcome).observe(seconds)

    def sync(self, report: SyncReport) -> None:
        """Count a sync that came to its end."""
        self._syncs.labels("done").inc()
        self._synced.labels("applied").inc(report.applied)
        self._synced.labels("unchanged").inc(report.read - report.applied)
        self._synced.labels("unreadable").inc(report.unreadable)

    def sync_failed(self) -> None:
        """Count a sync that did not."""
        self._syncs.labels("failed").inc()

    def exposition(
        self,
        circuits: Mapping[str, str],
        undelivered: Mapping[tuple[str, OutboxState], int],
    ) -> bytes:
        """Return all metrics in Prometheus' text format.

        Args:
            circuits: the state of each dependency's circuit breaker.
            undelivered: the outbox rows that are not delivered.
        """
        for dependency, circuit in circuits.items():
            self._circuits.labels(dependency).set(_CIRCUIT[circuit])
        self._outbox.clear()
        for (message, state), count in undelivered.items():
            self._outbox.labels(message, state.value).set(count)
        return generate_latest(self.registry)
