"""Apply changes that a stream told of, as they come in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from attrs import frozen

from events_face_core.catalogue.model import SourceEvent
from events_face_core.catalogue.ports import CatalogueTransaction
from events_face_core.catalogue.usecases.applying import Changes, apply_changes
from events_face_core.kernel import Clock, UnitOfWork


@frozen(kw_only=True)
class ApplyChanges:
    """Asks to apply what a stream told, in one transaction."""

    events: Sequence[SourceEvent]


@frozen(kw_only=True)
class ApplyChangesHandler:
    """Applies changes that may be lost, come twice or come late on their way.

    It never moves the watermark: a stream that loses messages proves nothing of what came
    before them, so the sync goes on where it stands. Applying the same changes again, in
    whatever order, is harmless. Our own processes may.
    """

    unit_of_work: UnitOfWork[CatalogueTransaction]
    clock: Clock
    keep: timedelta

    async def __call__(self, command: ApplyChanges) -> int:
        """Apply; return how many events of ours changed."""
        if not command.events:
            return 0
        async with self.unit_of_work() as tx:
            return await apply_changes(
                tx, Changes(events=command.events), now=self.clock.now(), keep=self.keep
            )
