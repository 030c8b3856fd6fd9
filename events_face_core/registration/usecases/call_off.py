"""Call off the registrations of an event that will not take place."""

from __future__ import annotations

from attrs import frozen

from events_face_core.kernel import Clock, UnitOfWork
from events_face_core.registration.deciding import call_off
from events_face_core.registration.ports import RegistrationTransaction
from events_face_core.registration.usecases.steps import commit_step, load

_BATCH = 100


@frozen(kw_only=True)
class CallOffRegistrations:
    """The event is cancelled."""

    event_id: str


@frozen(kw_only=True)
class CallOffRegistrationsHandler:
    """Ends every active registration of the event, each in a transaction of its own.

    Running twice, or dying in between, tells nobody twice: what is ended is active no more. Our
    own processes may.
    """

    unit_of_work: UnitOfWork[RegistrationTransaction]
    clock: Clock

    async def __call__(self, command: CallOffRegistrations) -> int:
        """Call off; return how many registrations were ended."""
        ended = 0
        while True:
            async with self.unit_of_work() as tx:
                active = await tx.registrations.active_of(command.event_id, limit=_BATCH)
            for registration_id in active:
                await self._call_off(registration_id)
            ended += len(active)
            if len(active) < _BATCH:
                return ended

    async def _call_off(self, registration_id: str) -> None:
        now = self.clock.now()
        async with self.unit_of_work() as tx:
            registration = await load(tx, registration_id)
            await commit_step(tx, registration, call_off(registration, now), now)
