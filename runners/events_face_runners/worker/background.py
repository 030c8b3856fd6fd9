"""Everything that runs behind the requests."""

import asyncio
import logging
from collections.abc import Coroutine, Sequence
from datetime import timedelta
from functools import partial

from events_face_core.catalogue import PurgeCatalogue, SyncCatalogue
from events_face_core.kernel import EventsFaceError, Message
from events_face_runners.wiring.app import EventsFace
from events_face_runners.worker.loops import keep_relaying, repeat

log = logging.getLogger(__name__)

_DEADLINE_SECONDS = 1.0
_HOUSEKEEPING_SECONDS = 3600.0
_KEEP_DELIVERED = timedelta(days=7)
_KEEP_IDEMPOTENCY_KEYS = timedelta(hours=48)


async def run_background(app: EventsFace, stop: asyncio.Event) -> None:
    """Sync, deliver, watch deadlines and purge until told to stop; finish deliveries under way."""
    wake_ups = []
    async with asyncio.TaskGroup() as group:
        for relay in app.relays:
            due = asyncio.Event()
            wake_ups.append(due)
            group.create_task(keep_relaying(relay, due, stop))
        app.storage.listen(partial(_wake, wake_ups))
        loops = [group.create_task(loop) for loop in _loops(app)]
        await stop.wait()
        for loop in loops:
            loop.cancel()
        for due in wake_ups:
            due.set()


def _loops(app: EventsFace) -> list[Coroutine[None, None, None]]:
    loops = [
        repeat("deadlines", app.reject_overdue, seconds=_DEADLINE_SECONDS),
        repeat("housekeeping", partial(keep_house, app), seconds=_HOUSEKEEPING_SECONDS),
    ]
    if app.outside.ports.source is not None:
        seconds = app.settings.sync_interval.total_seconds()
        loops.append(repeat("sync", partial(sync, app), seconds=seconds))
    return loops


async def sync(app: EventsFace) -> None:
    """Sync once, and count it."""
    try:
        report = await app.sync(SyncCatalogue())
    except EventsFaceError:
        app.metrics.sync_failed()
        raise
    app.metrics.sync(report)
    level = logging.INFO if report.applied else logging.DEBUG
    log.log(level, "sync read %d events and applied %d", report.read, report.applied)


async def keep_house(app: EventsFace) -> None:
    """Purge events that ended long ago, and forget what nobody will ask for again."""
    purged = await app.purge(PurgeCatalogue(keep=app.settings.purge_after))
    pruned = await app.outbox.prune(_KEEP_DELIVERED)
    async with app.storage() as tx:
        forgotten = await tx.idempotency_keys.prune(
            used_before=app.clock.now() - _KEEP_IDEMPOTENCY_KEYS
        )
    log.info("housekeeping purged %d events, %d outbox rows, %d keys", purged, pruned, forgotten)


def _wake(wake_ups: Sequence[asyncio.Event], messages: Sequence[Message]) -> None:
    if messages:
        for due in wake_ups:
            due.set()
