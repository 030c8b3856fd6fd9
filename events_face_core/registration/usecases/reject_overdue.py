"""Reject what is undecided when its decision is due (requirement 000, functional 3)."""

from __future__ import annotations

import logging

from attrs import frozen

from events_face_core.kernel import Clock, UnitOfWork
from events_face_core.registration.deciding import expire
from events_face_core.registration.ports import RegistrationTransaction
from events_face_core.registration.usecases.steps import commit_step, load

log = logging.getLogger(__name__)

_BATCH = 100


@frozen(kw_only=True)
class RejectOverdueHandler:
    """Rejects overdue registrations, each in a transaction of its own. Our own processes may."""

    unit_of_work: UnitOfWork[RegistrationTransaction]
    clock: Clock

    async def __call__(self) -> int:
        """Reject up to a hundred; return how many were found."""
        now = self.clock.now()
        async with self.unit_of_work() as tx:
            overdue = await tx.registrations.overdue(now, limit=_BATCH)
        for registration_id in overdue:
            try:
                async with self.unit_of_work() as tx:
                    registration = await load(tx, registration_id)
                    await commit_step(tx, registration, expire(registration, now), now)
            except Exception:
                # One that cannot be rejected must not hold up the others.
                log.exception("an overdue registration could not be rejected")
        if overdue:
            log.warning("%d registrations were not decided in time", len(overdue))
        return len(overdue)
