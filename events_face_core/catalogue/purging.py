"""Which events are over for good (requirement 000, functional 2)."""

from __future__ import annotations

from datetime import datetime, timedelta


def purge_limit(now: datetime, keep: timedelta, purged_before: datetime | None) -> datetime:
    """Return the instant before which an ended event is not kept.

    Once purged, always purged: a shorter ``keep`` in the past leaves its mark, so that no
    later sync brings back what it removed.
    """
    limit = now - keep
    return limit if purged_before is None else max(limit, purged_before)


def is_over(event_time: datetime, limit: datetime) -> bool:
    """Tell whether an event ended before the limit. At exactly the limit it is kept."""
    return event_time < limit
