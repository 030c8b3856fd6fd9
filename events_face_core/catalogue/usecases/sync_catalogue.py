"""Bring the catalogue up to what the event source says."""

from __future__ import annotations

import logging
from datetime import date, datetime, timedelta
from typing import Protocol

from attrs import define, frozen

from events_face_core.catalogue.model import Watermark
from events_face_core.catalogue.ports import CatalogueTransaction, EventSource
from events_face_core.catalogue.usecases.applying import Changes, apply_changes, moved_on
from events_face_core.catalogue.usecases.reading import BATCH, Batch, batches
from events_face_core.kernel import Clock, UnitOfWork

log = logging.getLogger(__name__)


@frozen(kw_only=True)
class SyncCatalogue:
    """Asks for a sync.

    Attributes:
        since: read changes from this day on, instead of from the watermark.
        full: read every event, whatever the watermark says.
    """

    since: date | None = None
    full: bool = False


@frozen(kw_only=True)
class SyncReport:
    """What a sync did: pages and events read, changes applied, entries left out."""

    pages: int = 0
    read: int = 0
    applied: int = 0
    unreadable: int = 0


class SyncProgress(Protocol):
    """Is told how far a sync is, after each batch of pages."""

    def __call__(self, report: SyncReport) -> None:
        """Take the report so far."""
        ...


@define
class _Frontier:
    """How far the watermark may move while pages are read.

    It follows the pages only as long as they come in the order of ``changed_at`` and the read
    began at or before it: otherwise something older may still be on its way.
    """

    contiguous: bool
    newest: datetime | None = None

    def advance(self, batch: Batch, now: datetime) -> Watermark | None:
        # A change stamped in the future is a mistake: changes of today must still be asked for.
        stamps = [min(e.event.changed_at, now) for e in batch.events if e.stamped]
        if not stamps:
            return None
        if self.newest is not None:
            stamps.insert(0, self.newest)
        if stamps != sorted(stamps):
            log.warning("the event source does not keep the order of changed_at")
            self.contiguous = False
        self.newest = max(stamps)
        return Watermark(changed_at=self.newest) if self.contiguous else None


@frozen(kw_only=True)
class SyncCatalogueHandler:
    """Reads the source page by page; some pages together commit with the watermark they earned.

    A crash loses at most the batch under way, which the next sync reads again. Our own processes
    and operators may.

    Attributes:
        keep: events that took place longer ago are not taken in.
        batch: how many events, at least, commit together.
    """

    unit_of_work: UnitOfWork[CatalogueTransaction]
    source: EventSource
    clock: Clock
    keep: timedelta
    batch: int = BATCH

    async def __call__(
        self, command: SyncCatalogue, progress: SyncProgress | None = None
    ) -> SyncReport:
        """Run the sync.

        Raises:
            DependencyUnavailableError: the source failed; what was read before is kept.
            SourceBrokenError: it answers nonsense, or pages that lead back to themselves.
        """
        async with self.unit_of_work() as tx:
            watermark = (await tx.catalogue_states.load()).watermark
        since = _start(command, watermark)
        frontier = _Frontier(contiguous=_contiguous(command, watermark))
        report = SyncReport()
        async for batch in batches(self.source, since, size=self.batch):
            applied = await self._apply(batch, frontier)
            report = SyncReport(
                pages=report.pages + batch.pages,
                read=report.read + len(batch.events),
                applied=report.applied + applied,
                unreadable=report.unreadable + batch.unreadable,
            )
            if progress is not None:
                progress(report)
        await self._finish(command, watermark, frontier)
        return report

    async def _apply(self, batch: Batch, frontier: _Frontier) -> int:
        now = self.clock.now()
        changes = Changes(events=batch.events, watermark=frontier.advance(batch, now))
        async with self.unit_of_work() as tx:
            return await apply_changes(tx, changes, now=now, keep=self.keep)

    async def _finish(
        self, command: SyncCatalogue, watermark: Watermark | None, frontier: _Frontier
    ) -> None:
        """Move the watermark after a complete read that came out of order."""
        if frontier.newest is None or frontier.contiguous or not _contiguous(command, watermark):
            return
        async with self.unit_of_work() as tx:
            state = await tx.catalogue_states.load()
            await tx.catalogue_states.save(moved_on(state, Watermark(changed_at=frontier.newest)))


def _start(command: SyncCatalogue, watermark: Watermark | None) -> date | None:
    if command.full or (command.since is None and watermark is None):
        return None
    return command.since or (watermark.day() if watermark else None)


def _contiguous(command: SyncCatalogue, watermark: Watermark | None) -> bool:
    """Tell whether this read leaves no gap behind the watermark."""
    if command.full or command.since is None:
        return True
    return watermark is not None and command.since <= watermark.day()
