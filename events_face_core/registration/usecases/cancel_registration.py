"""Cancel a registration at the visitor's wish."""

from __future__ import annotations

from attrs import frozen

from events_face_core.kernel import Clock, UnitOfWork
from events_face_core.registration.deciding import cancel
from events_face_core.registration.model import Registration
from events_face_core.registration.ports import RegistrationTransaction
from events_face_core.registration.usecases.steps import commit_step, load


@frozen(kw_only=True)
class CancelRegistration:
    """The visitor gives the place up."""

    registration_id: str


@frozen(kw_only=True)
class CancelRegistrationHandler:
    """Cancels here at once; the place is given back at the aggregator in the end.

    Whoever knows its id may: it is the visitor's link.
    """

    unit_of_work: UnitOfWork[RegistrationTransaction]
    clock: Clock

    async def __call__(self, command: CancelRegistration) -> Registration:
        """Cancel; of a registration that is rejected or cancelled nothing changes.

        Raises:
            RegistrationNotFoundError: there is none.
        """
        async with self.unit_of_work() as tx:
            registration = await load(tx, command.registration_id)
            now = self.clock.now()
            step = cancel(registration, now)
            await commit_step(tx, registration, step, now)
        return step.registration
