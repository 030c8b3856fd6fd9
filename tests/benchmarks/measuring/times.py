"""Latencies, and what is said of them."""

from collections.abc import Sequence

MILLISECONDS = 1000.0


def percentile(seconds: Sequence[float], share: float) -> float:
    """Return the latency, in milliseconds, that such a share of all did not exceed."""
    ordered = sorted(seconds)
    place = min(len(ordered) - 1, int(len(ordered) * share))
    return ordered[place] * MILLISECONDS
