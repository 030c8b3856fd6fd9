"""Prometheus metrics: one registry for each application, so that two can live in a process."""

from collections.abc import Mapping
from typing import Literal, get_args

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from events_face_core.catalogue import ReconciliationReport, SyncReport
from events_face_core.kernel import OutboxState
from events_face_runners.observing.business import BusinessFigures
from events_face_runners.observing.request_times import BUCKETS, RequestTimes

CONTENT_TYPE = CONTENT_TYPE_LATEST

ConsumedOutcome = Literal["applied", "unchanged", "dead-lettered"]
ConsumerState = Literal["connecting", "away", "joining", "consuming", "paused", "stopped"]
CONSUMER_STATES: tuple[ConsumerState, ...] = get_args(ConsumerState)

_CIRCUIT = {"closed": 0, "half-open": 1, "open": 2}


class Metrics:
    """Everything that is counted. Times are in seconds."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self._requests = RequestTimes()
        self.registry.register(self._requests)
        self.request = self._requests.observe
        self._calls = Histogram(
            "events_face_dependency_call_seconds",
            "Time of a call to a dependency, by outcome; rejected ones were never sent.",
            ["dependency", "outcome"],
            buckets=BUCKETS,
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
        self._tasks = Counter(
            "events_face_tasks",
            "Tasks of the background work that ended, by outcome; some are done elsewhere.",
            ["task", "outcome"],
            registry=self.registry,
        )
        self._schedulers = Gauge(
            "events_face_scheduler",
            "Who schedules the tasks here: 1 for arq or loops, 0 for the other.",
            ["scheduler"],
            registry=self.registry,
        )
        self._kicks = Counter(
            "events_face_kicks",
            "Kicks that tell workers of work, by outcome; one stands for many commits.",
            ["outcome"],
            registry=self.registry,
        )
        self._reconciliations = Counter(
            "events_face_reconciliations",
            "Comparisons of the whole catalogue with its source, by outcome.",
            ["outcome"],
            registry=self.registry,
        )
        self._drift = Counter(
            "events_face_reconciliation_drift_events",
            "Events that a comparison found to differ from the source, by kind.",
            ["kind"],
            registry=self.registry,
        )
        self._reconciled_at = Gauge(
            "events_face_reconciliation_last_success_timestamp_seconds",
            "When a comparison last came to its end; 0 before the first.",
            registry=self.registry,
        )
        self._consumed = Counter(
            "events_face_consumer_messages",
            "Messages of the topic of changes, by outcome; one that comes again counts again.",
            ["outcome"],
            registry=self.registry,
        )
        self._consumer_lag = Gauge(
            "events_face_consumer_lag_messages",
            "Messages still to be read, by partition of this process, as of the last read.",
            ["partition"],
            registry=self.registry,
        )
        self._consumer_state = Gauge(
            "events_face_consumer_state",
            "1 for the state that the consumer is in.",
            ["state"],
            registry=self.registry,
        )
        self._cache = Counter(
            "events_face_cache_requests",
            "Requests answered from the cache or not.",
            ["outcome"],
            registry=self.registry,
        )
        self._shared_cache = Counter(
            "events_face_shared_cache_requests",
            "Answers asked of the cache that processes share; failed ones were not found out.",
            ["outcome"],
            registry=self.registry,
        )
        self.business = BusinessFigures(self.registry)
        self.cache_hit = self._cache.labels("hit").inc
        self.cache_miss = self._cache.labels("miss").inc

    def call(self, dependency: str, outcome: str, seconds: float) -> None:
        """Count a call to a dependency."""
        self._calls.labels(dependency, outcome).observe(seconds)

    def shared_cache(self, outcome: str) -> None:
        """Count an answer that was asked of the shared cache."""
        self._shared_cache.labels(outcome).inc()

    def sync(self, report: SyncReport) -> None:
        """Count a sync that came to its end."""
        self._syncs.labels("done").inc()
        self._synced.labels("applied").inc(report.applied)
        self._synced.labels("unchanged").inc(report.read - report.applied)
        self._synced.labels("unreadable").inc(report.unreadable)

    def sync_failed(self) -> None:
        """Count a sync that did not."""
        self._syncs.labels("failed").inc()

    def task(self, name: str, outcome: str) -> None:
        """Count a task of the background work that ended: done, failed, cut-off, elsewhere."""
        self._tasks.labels(name, outcome).inc()

    def scheduler(self, in_force: str) -> None:
        """Show who schedules: ``arq`` or ``loops``."""
        for scheduler in ("arq", "loops"):
            self._schedulers.labels(scheduler).set(scheduler == in_force)

    def kick(self, outcome: str) -> None:
        """Count a kick: sent or failed."""
        self._kicks.labels(outcome).inc()

    def reconciliation(self, report: ReconciliationReport) -> None:
        """Count a comparison that came to its end."""
        self._reconciliations.labels("done").inc()
        for kind, events in report.drift.items():
            self._drift.labels(kind.value).inc(events)
        self._reconciled_at.set_to_current_time()

    def reconciliation_failed(self) -> None:
        """Count a comparison that did not."""
        self._reconciliations.labels("failed").inc()

    def consumed(self, outcome: ConsumedOutcome, messages: int) -> None:
        """Count messages of the topic of changes."""
        self._consumed.labels(outcome).inc(messages)

    def consumer_lag(self, lag: Mapping[int, int]) -> None:
        """Show how many messages are still to be read, by partition."""
        self._consumer_lag.clear()
        for partition, messages in lag.items():
            self._consumer_lag.labels(str(partition)).set(messages)

    def consumer_state(self, state: ConsumerState) -> None:
        """Show the state that the consumer is in."""
        for name in CONSUMER_STATES:
            self._consumer_state.labels(name).set(name == state)

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
