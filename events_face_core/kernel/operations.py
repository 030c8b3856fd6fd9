"""What an operator, or a housekeeping loop, does with the outbox."""

from __future__ import annotations

from datetime import timedelta

from attrs import frozen

from events_face_core.kernel.clock import Clock
from events_face_core.kernel.transactions import Transaction, UnitOfWork

_BATCH = 1000


@frozen(kw_only=True)
class OutboxOperations:
    """Retries dead letters and clears away what was delivered long ago."""

    unit_of_work: UnitOfWork[Transaction]
    clock: Clock

    async def retry(self, row_id: str) -> bool:
        """Make a dead letter due at once; tell whether there was one with this id."""
        async with self.unit_of_work() as tx:
            return await tx.outbox.revive(row_id, now=self.clock.now())

    async def prune(self, keep: timedelta) -> int:
        """Delete rows that were delivered longer than ``keep`` ago; return how many."""
        pruned = 0
        while True:
            async with self.unit_of_work() as tx:
                batch = await tx.outbox.prune(
                    delivered_before=self.clock.now() - keep, limit=_BATCH
                )
            pruned += batch
            if batch < _BATCH:
                return pruned
