"""What every way that a change comes in by shares: applying it, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from attrs import evolve, frozen

from events_face_core.catalogue.events import EventCancelled
from events_face_core.catalogue.model import (
    CatalogueState,
    Event,
    EventStatus,
    SourceEvent,
    Watermark,
    newest_of_each,
    replaces,
)
from events_face_core.catalogue.ports import CatalogueTransaction
from events_face_core.catalogue.purging import is_over, purge_limit
from events_face_core.catalogue.usecases.versions import next_version


@frozen(kw_only=True)
class Changes:
    """What a source told of events.

    Attributes:
        events: in any order; older never overwrites newer.
        watermark: how far the source is applied with these.
        correcting: whether to replace what we have under the same ``changed_at``, too.
    """

    events: Sequence[SourceEvent]
    watermark: Watermark | None = None
    correcting: bool = False


async def apply_changes(
    tx: CatalogueTransaction, changes: Changes, *, now: datetime, keep: timedelta
) -> int:
    """Apply changes in a transaction; return how many events of ours changed.

    The catalogue's state stays locked until the transaction ends. Events that are over for
    longer than ``keep`` are not taken, and go where we have them.
    """
    state = await tx.catalogue_states.load()
    limit = purge_limit(now, keep, state.purged_before)
    changed = newest_of_each(await _changed(tx, changes.events))
    fresh = [e for e in changed if not is_over(e, limit)]
    over = [e for e in changed if is_over(e, limit)]
    cancelled = await _newly_cancelled(tx, fresh, correcting=changes.correcting)
    applied = await tx.events.upsert(fresh, correcting=changes.correcting)
    applied += await tx.events.remove_replaced(over, correcting=changes.correcting)
    for event in cancelled:
        await tx.publish(EventCancelled(event_id=event.id))
    moved = moved_on(state, changes.watermark)
    if applied:
        moved = await next_version(tx, moved)
    if moved != state:
        await tx.catalogue_states.save(moved)
    return applied


def moved_on(state: CatalogueState, watermark: Watermark | None) -> CatalogueState:
    """Move the watermark forwards, never back: another sync may be further."""
    if watermark is None:
        return state
    if state.watermark is not None and state.watermark.changed_at >= watermark.changed_at:
        return state
    return evolve(state, watermark=watermark)


async def _changed(tx: CatalogueTransaction, events: Sequence[SourceEvent]) -> list[Event]:
    """Leave out unstamped events whose content is what we have."""
    unstamped = [e.event.id for e in events if not e.stamped]
    current = await tx.events.find_many(unstamped) if unstamped else {}
    return [
        e.event
        for e in events
        if e.stamped or e.event.id not in current or not e.event.same_content(current[e.event.id])
    ]


async def _newly_cancelled(
    tx: CatalogueTransaction, events: Sequence[Event], *, correcting: bool
) -> list[Event]:
    """Return those of the events that are cancelled by this."""
    cancelled = {e.id: e for e in events if e.status is EventStatus.CANCELLED}
    current = await tx.events.find_many(tuple(cancelled)) if cancelled else {}
    return [
        cancelled[event_id]
        for event_id, before in current.items()
        if before.status is not EventStatus.CANCELLED
        and replaces(cancelled[event_id], before, correcting=correcting)
    ]
