"""Pages of a listing, cut by a key that no two events share."""

import base64
import binascii
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from datetime import datetime
from urllib.parse import parse_qs, urlencode
from uuid import UUID

import attrs

from events_face_runners.simulator.records import SimulatedEvent
from events_face_runners.simulator.refusals import refused


@attrs.frozen
class Cursor:
    """Where a page begins: after this timestamp and id, or before them in reverse."""

    position: datetime
    event_id: UUID
    reverse: bool = False

    def encode(self) -> str:
        """The cursor as callers see it: opaque."""
        parts = {"p": self.position.isoformat(), "i": str(self.event_id)}
        if self.reverse:
            parts["r"] = "1"
        return base64.b64encode(urlencode(parts).encode()).decode()

    @classmethod
    def decode(cls, text: str) -> "Cursor":
        """The cursor that was handed out, or a refusal with 404."""
        try:
            parts = parse_qs(base64.b64decode(text, validate=True).decode())
            position = datetime.fromisoformat(parts["p"][0])
            if position.tzinfo is None:
                raise refused(404, "Invalid cursor.")
            return cls(position, UUID(parts["i"][0]), reverse="r" in parts)
        except (binascii.Error, KeyError, ValueError) as error:
            raise refused(404, "Invalid cursor.") from error


@attrs.frozen
class Page:
    """A page, and the cursors of its neighbours."""

    events: Sequence[SimulatedEvent]
    next: Cursor | None
    previous: Cursor | None


def cut_page(events: Sequence[SimulatedEvent], cursor: Cursor | None, size: int) -> Page:
    """The page at the cursor of events that are ordered by (changed_at, id)."""
    start, end = 0, size
    if cursor is not None:
        keys = [(event.changed_at, event.id) for event in events]
        key = (cursor.position, cursor.event_id)
        if cursor.reverse:
            end = bisect_left(keys, key)
            start = max(0, end - size)
        else:
            start = bisect_right(keys, key)
            end = start + size
    shown = events[start:end]
    if not shown:
        return Page(shown, None, None)
    first, last = shown[0], shown[-1]
    return Page(
        shown,
        next=Cursor(last.changed_at, last.id) if end < len(events) else None,
        previous=Cursor(first.changed_at, first.id, reverse=True) if start > 0 else None,
    )
