"""The metrics, as Prometheus reads them."""

from __future__ import annotations

from time import time

import pytest
from prometheus_client.parser import text_string_to_metric_families

from events_face_core.catalogue import ReconciliationReport, SyncReport
from events_face_core.kernel import OutboxState
from events_face_runners.observing.metrics import CONSUMER_STATES, CONTENT_TYPE, Metrics

Labels = dict[str, str]
CIRCUITS = {"closed": 0.0, "half-open": 1.0, "open": 2.0}


def _scraped(
    metrics: Metrics,
    circuits: dict[str, str] | None = None,
    undelivered: dict[tuple[str, OutboxState], int] | None = None,
) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    """Return the value of every sample by its name and labels."""
    text = metrics.exposition(circuits or {}, undelivered or {}).decode()
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def _value(metrics: Metrics, name: str, **labels: str) -> float | None:
    return _scraped(metrics).get((f"events_face_{name}", frozenset(labels.items())))


def test_the_content_type_is_that_of_prometheus() -> None:
    assert CONTENT_TYPE.startswith("text/plain; version=")


def test_metrics_of_which_nothing_is_known_are_described_all_the_same() -> None:
    described = Metrics().exposition({}, {}).decode()

    for name in (
        "http_request_seconds",
        "dependency_call_seconds",
        "dependency_circuit",
        "outbox_rows",
        "sync_events_total",
        "syncs_total",
        "cache_requests_total",
        "shared_cache_requests_total",
        "tasks_total",
        "scheduler",
        "kicks_total",
        "reconciliations_total",
        "reconciliation_drift_events_total",
        "reconciliation_last_success_timestamp_seconds",
        "consumer_messages_total",
        "consumer_lag_messages",
        "consumer_state",
        "registrations_total",
        "registration_decisions_total",
        "bookings_total",
        "booked_places_total",
        "booking_cancellations_total",
        "cancelled_places_total",
        "acts_total",
    ):
        assert f"# HELP events_face_{name} " in described


def test_requests_are_counted_by_method_route_and_status() -> None:
    metrics = Metrics()
    for seconds in (0.002, 0.003, 20.0):
        metrics.request("GET", "/api/events", 200, seconds)
    metrics.request("GET", "/api/events", 400, 0.001)

    labels = {"method": "GET", "route": "/api/events", "status": "200"}
    assert _value(metrics, "http_request_seconds_count", **labels) == 3
    assert _value(metrics, "http_request_seconds_sum", **labels) == pytest.approx(20.005)
    assert _value(metrics, "http_request_seconds_bucket", le="0.0025", **labels) == 1
    assert _value(metrics, "http_request_seconds_bucket", le="10.0", **labels) == 2
    assert _value(metrics, "http_request_seconds_bucket", le="+Inf", **labels) == 3
    assert _value(metrics, "http_request_seconds_count", **{**labels, "status": "400"}) == 1


def test_a_request_exactly_at_a_bound_counts_as_within_it() -> None:
    metrics = Metrics()
    metrics.request("GET", "/", 200, 0.001)

    labels = {"method": "GET", "route": "/", "status": "200"}
    assert _value(metrics, "http_request_seconds_bucket", le="0.0005", **labels) == 0
    assert _value(metrics, "http_request_seconds_bucket", le="0.001", **labels) == 1


def test_calls_are_counted_by_dependency_and_outcome() -> None:
    metrics = Metrics()
    metrics.call("provider-events", "ok", 0.1)
    metrics.call("provider-events", "ok", 0.3)
    metrics.call("provider-events", "rejected", 0)

    ok = {"dependency": "provider-events", "outcome": "ok"}
    rejected = {"dependency": "provider-events", "outcome": "rejected"}
    assert _value(metrics, "dependency_call_seconds_sum", **ok) == pytest.approx(0.4)
    assert _value(metrics, "dependency_call_seconds_count", **rejected) == 1


@pytest.mark.parametrize("state", CIRCUITS)
def test_the_state_of_a_circuit_is_a_number(state: str) -> None:
    scraped = _scraped(Metrics(), circuits={"provider": state})

    key = ("events_face_dependency_circuit", frozenset({("dependency", "provider")}))
    assert scraped[key] == CIRCUITS[state]


def test_what_is_not_delivered_is_shown_by_message_and_state() -> None:
    undelivered = {("a", OutboxState.PENDING): 3, ("a", OutboxState.DEAD): 1}

    scraped = _scraped(Metrics(), undelivered=undelivered)

    rows = {
        (dict(labels)["message"], dict(labels)["state"]): value
        for (name, labels), value in scraped.items()
        if name == "events_face_outbox_rows"
    }
    assert rows == {("a", "pending"): 3, ("a", "dead"): 1}


def test_what_was_delivered_since_is_shown_no_more() -> None:
    metrics = Metrics()
    _scraped(metrics, undelivered={("a", OutboxState.PENDING): 3})

    assert _value(metrics, "outbox_rows", message="a", state="pending") is None


def test_syncs_and_their_events_are_counted_by_outcome() -> None:
    metrics = Metrics()
    metrics.sync(SyncReport(pages=2, read=10, applied=3, unreadable=1))
    metrics.sync(SyncReport(pages=1, read=5, applied=0))
    metrics.sync_failed()

    assert _value(metrics, "syncs_total", outcome="done") == 2
    assert _value(metrics, "syncs_total", outcome="failed") == 1
    assert _value(metrics, "sync_events_total", outcome="applied") == 3
    assert _value(metrics, "sync_events_total", outcome="unchanged") == 12
    assert _value(metrics, "sync_events_total", outcome="unreadable") == 1


def test_drift_is_counted_by_kind() -> None:
    metrics = Metrics()
    metrics.reconciliation(ReconciliationReport(read=10, missing=3, stale=2))
    metrics.reconciliation(ReconciliationReport(read=10, stale=1, different=4))
    metrics.reconciliation_failed()

    drift = {
        kind: _value(metrics, "reconciliation_drift_events_total", kind=kind)
        for kind in ("missing", "stale", "different")
    }
    assert drift == {"missing": 3, "stale": 3, "different": 4}
    assert _value(metrics, "reconciliations_total", outcome="done") == 2
    assert _value(metrics, "reconciliations_total", outcome="failed") == 1


def test_the_last_good_comparison_has_its_time() -> None:
    metrics = Metrics()
    metrics.reconciliation_failed()
    before = _value(metrics, "reconciliation_last_success_timestamp_seconds")
    metrics.reconciliation(ReconciliationReport())

    after = _value(metrics, "reconciliation_last_success_timestamp_seconds")
    assert before == 0
    assert after == pytest.approx(time(), abs=60)


def test_the_consumer_is_in_one_state() -> None:
    metrics = Metrics()
    metrics.consumer_state("connecting")
    metrics.consumer_state("paused")

    states = {state: _value(metrics, "consumer_state", state=state) for state in CONSUMER_STATES}
    assert {state for state, value in states.items() if value} == {"paused"}


def test_who_consumes_nothing_shows_no_state_of_a_consumer() -> None:
    assert _value(Metrics(), "consumer_state", state="connecting") is None


def test_the_lag_of_a_partition_that_went_away_is_shown_no_more() -> None:
    metrics = Metrics()
    metrics.consumer_lag({0: 5, 1: 7})
    metrics.consumer_lag({1: 2})

    lag = [_value(metrics, "consumer_lag_messages", partition=number) for number in "01"]
    assert lag == [None, 2]


def test_hits_and_misses_of_the_cache_are_counted() -> None:
    metrics = Metrics()
    metrics.cache_hit()
    metrics.cache_hit()
    metrics.cache_miss()

    assert _value(metrics, "cache_requests_total", outcome="hit") == 2
    assert _value(metrics, "cache_requests_total", outcome="miss") == 1


def test_answers_asked_of_the_shared_cache_are_counted_by_what_became_of_it() -> None:
    metrics = Metrics()
    for outcome in ("hit", "hit", "miss", "failed"):
        metrics.shared_cache(outcome)

    assert _value(metrics, "shared_cache_requests_total", outcome="hit") == 2
    assert _value(metrics, "shared_cache_requests_total", outcome="miss") == 1
    assert _value(metrics, "shared_cache_requests_total", outcome="failed") == 1


def test_tasks_are_counted_by_name_and_outcome() -> None:
    metrics = Metrics()
    metrics.task("sync", "done")
    metrics.task("sync", "elsewhere")
    metrics.task("sync", "done")

    assert _value(metrics, "tasks_total", task="sync", outcome="done") == 2
    assert _value(metrics, "tasks_total", task="sync", outcome="elsewhere") == 1


def test_the_scheduler_in_force_is_a_one_among_zeros() -> None:
    metrics = Metrics()
    metrics.scheduler("arq")
    metrics.scheduler("loops")

    assert _value(metrics, "scheduler", scheduler="loops") == 1
    assert _value(metrics, "scheduler", scheduler="arq") == 0


def test_kicks_are_counted_by_outcome() -> None:
    metrics = Metrics()
    metrics.kick("sent")
    metrics.kick("failed")

    assert _value(metrics, "kicks_total", outcome="sent") == 1
    assert _value(metrics, "kicks_total", outcome="failed") == 1


def test_two_applications_in_one_process_count_for_themselves() -> None:
    one, another = Metrics(), Metrics()
    one.cache_hit()

    assert _value(another, "cache_requests_total", outcome="hit") == 0
