"""Which events are over for good (requirement 000, functional 2)."""

from __future__ import annotations

from datetime import datetime, timedelta

from events_face_core.catalogue.model import Event, EventStatus, Origin

_DONE = frozenset({EventStatus.FINISHED, EventStatus.CANCELLED})


def purge_limit(now: datetime, keep: timedelta, purged_before: datetime | None) -> datetime:
    """Return the instant before which an ended event is not kept.

    Once purged, always purged: a shorter ``keep`` in the past leaves its mark, so that no
    later sync brings back what it removed.
    """
    limit = now - keep
    return limit if purged_before is None else max(limit, purged_before)


def is_over(event: Event, limit: datetime) -> bool:
    """Tell whether an event ended before the limit. At exactly the limit it is kept.

    An event of our own has an end, which may be weeks after it began: it is over once it is
    finished or cancelled, and nothing changes it after that.
    """
    if event.origin is Origin.OWN:
        ended = max(event.event_time, event.changed_at)
        return event.status in _DONE and ended < limit
    return event.event_time < limit
