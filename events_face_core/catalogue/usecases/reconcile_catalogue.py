"""Compare the whole catalogue with its source, and repair what differs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from typing import Protocol

from attrs import frozen

from events_face_core.catalogue.drift import Drift, drift_of
from events_face_core.catalogue.ports import CatalogueTransaction, EventSource
from events_face_core.catalogue.purging import purge_limit
from events_face_core.catalogue.usecases.applying import Changes, apply_changes
from events_face_core.catalogue.usecases.reading import BATCH, Batch, batches
from events_face_core.kernel import Clock, UnitOfWork


@frozen(kw_only=True)
class ReconcileCatalogue:
    """Asks to compare every event.

    Attributes:
        dry_run: only count what differs.
    """

    dry_run: bool = False


@frozen(kw_only=True)
class ReconciliationReport:
    """What a comparison found.

    Attributes:
        unreadable: entries of the source that could not be read, and were left out.
        missing: events that we lacked, though they are not over for good.
        stale: events of which we had an older version.
        different: events that we had under the same ``changed_at`` with another content.
        repaired: how many of them are now as the source says.
    """

    pages: int = 0
    read: int = 0
    unreadable: int = 0
    missing: int = 0
    stale: int = 0
    different: int = 0
    repaired: int = 0

    @property
    def drift(self) -> Mapping[Drift, int]:
        """How many events differed, by kind."""
        return {
            Drift.MISSING: self.missing,
            Drift.STALE: self.stale,
            Drift.DIFFERENT: self.different,
        }


class ReconciliationProgress(Protocol):
    """Is told how far a comparison is, after each batch of pages."""

    def __call__(self, report: ReconciliationReport) -> None:
        """Take the report so far."""
        ...


@frozen(kw_only=True)
class ReconcileCatalogueHandler:
    """Reads every event of the source in batches; each is repaired in one transaction.

    It holds no more than a batch, and leaves the watermark alone: how far the sync has come is
    the sync's own business. A crash loses nothing: what was repaired stays so. Our own processes
    and operators may.

    Attributes:
        keep: events that took place longer ago are not missed.
        batch: how many events, at least, are compared together.
    """

    unit_of_work: UnitOfWork[CatalogueTransaction]
    source: EventSource
    clock: Clock
    keep: timedelta
    batch: int = BATCH

    async def __call__(
        self, command: ReconcileCatalogue, progress: ReconciliationProgress | None = None
    ) -> ReconciliationReport:
        """Compare, and repair unless it is a dry run.

        Raises:
            DependencyUnavailableError: the source failed; what was repaired before is kept.
            SourceBrokenError: it answers nonsense, or pages that lead back to themselves.
        """
        report = ReconciliationReport()
        async for batch in batches(self.source, None, size=self.batch):
            report = await self._compare(batch, report, dry_run=command.dry_run)
            if progress is not None:
                progress(report)
        return report

    async def _compare(
        self, batch: Batch, so_far: ReconciliationReport, *, dry_run: bool
    ) -> ReconciliationReport:
        now = self.clock.now()
        repaired = 0
        async with self.unit_of_work() as tx:
            state = await tx.catalogue_states.load()
            limit = purge_limit(now, self.keep, state.purged_before)
            ours = await tx.events.find_many([told.event.id for told in batch.events])
            drifts = [
                (told, drift_of(told, ours.get(told.event.id), limit)) for told in batch.events
            ]
            drifting = [told for told, drift in drifts if drift is not None]
            if drifting and not dry_run:
                changes = Changes(events=drifting, correcting=True)
                repaired = await apply_changes(tx, changes, now=now, keep=self.keep)
        counts = Counter(drift for _, drift in drifts)
        return ReconciliationReport(
            pages=so_far.pages + batch.pages,
            read=so_far.read + len(batch.events),
            unreadable=so_far.unreadable + batch.unreadable,
            missing=so_far.missing + counts[Drift.MISSING],
            stale=so_far.stale + counts[Drift.STALE],
            different=so_far.different + counts[Drift.DIFFERENT],
            repaired=so_far.repaired + repaired,
        )
