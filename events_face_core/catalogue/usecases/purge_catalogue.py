"""Remove the events that ended long ago (requirement 000, functional 2)."""

from __future__ import annotations

from datetime import timedelta

from attrs import evolve, frozen

from events_face_core.catalogue.ports import CatalogueTransaction
from events_face_core.catalogue.purging import purge_limit
from events_face_core.catalogue.usecases.versions import next_version
from events_face_core.kernel import Clock, UnitOfWork

_BATCH = 1000


@frozen(kw_only=True)
class PurgeCatalogue:
    """Asks to remove events that took place more than ``keep`` ago.

    Attributes:
        dry_run: only count them.
    """

    keep: timedelta
    dry_run: bool = False


@frozen(kw_only=True)
class PurgeCatalogueHandler:
    """Removes events in small transactions. Registrations are not its business.

    Our own processes and operators may.
    """

    unit_of_work: UnitOfWork[CatalogueTransaction]
    clock: Clock

    async def __call__(self, command: PurgeCatalogue) -> int:
        """Purge; return how many events went, or would go."""
        now = self.clock.now()
        if command.dry_run:
            async with self.unit_of_work() as tx:
                return await tx.events.count_over(now - command.keep)
        removed = 0
        while True:
            async with self.unit_of_work() as tx:
                state = await tx.catalogue_states.load()
                limit = purge_limit(now, command.keep, state.purged_before)
                batch = await tx.events.remove_over(limit, at_most=_BATCH)
                if batch:
                    state = await next_version(tx, state)
                await tx.catalogue_states.save(evolve(state, purged_before=limit))
            removed += batch
            if batch < _BATCH:
                return removed
