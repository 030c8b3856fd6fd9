"""How what we have of an event can differ from what its source says."""

from __future__ import annotations

from datetime import datetime
from enum import Enum

from events_face_core.catalogue.model import Event, SourceEvent, is_newer
from events_face_core.catalogue.purging import is_over


class Drift(Enum):
    """How an event of ours can differ from the source's."""

    MISSING = "missing"
    STALE = "stale"
    DIFFERENT = "different"


def drift_of(told: SourceEvent, ours: Event | None, limit: datetime) -> Drift | None:
    """Return how our version of an event differs from the source's, if it does.

    An event that is over for good is not missed, and a version of ours that is newer than what
    the source's page shows came in by another way meanwhile. Of events of our own the source
    has nothing to tell.
    """
    theirs = told.event
    if ours is None:
        return None if is_over(theirs, limit) else Drift.MISSING
    if ours.origin is not theirs.origin:
        return None
    if not told.stamped:
        return None if theirs.same_content(ours) else Drift.STALE
    if is_newer(theirs, ours):
        return Drift.STALE
    if theirs.changed_at == ours.changed_at and not theirs.same_content(ours):
        return Drift.DIFFERENT
    return None
