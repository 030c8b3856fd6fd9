"""Request times as a Prometheus histogram, counted in plain lists.

The library's own histogram takes a lock and walks its buckets for each request; this one is
only ever touched by the event loop's thread, and is turned into the library's at a scrape.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator

from attrs import define, field
from prometheus_client import Metric
from prometheus_client.core import HistogramMetricFamily
from prometheus_client.registry import Collector

BUCKETS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


@define
class _Times:
    counts: list[int] = field(factory=lambda: [0] * (len(BUCKETS) + 1))
    total: float = 0.0


class RequestTimes(Collector):
    """Counts requests by method, route and status."""

    def __init__(self) -> None:
        self._times: dict[tuple[str, str, int], _Times] = {}

    def observe(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request."""
        key = (method, route, status)
        times = self._times.get(key)
        if times is None:
            times = self._times[key] = _Times()
        times.counts[bisect_left(BUCKETS, seconds)] += 1
        times.total += seconds

    def collect(self) -> Iterator[Metric]:
        """Yield the histogram."""
        family = HistogramMetricFamily(
            "events_face_http_request_seconds",
            "Time to answer a request, by route and status.",
            labels=["method", "route", "status"],
        )
        for (method, route, status), times in self._times.items():
            family.add_metric(
                [method, route, str(status)], list(_cumulative(times.counts)), times.total
            )
        yield family


def _cumulative(counts: Iterable[int]) -> Iterator[tuple[str, float]]:
    so_far = 0
    for bound, count in zip((*map(str, BUCKETS), "+Inf"), counts, strict=True):
        so_far += count
        yield bound, so_far
