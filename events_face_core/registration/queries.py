"""Reads of registration."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime

from attrs import frozen

from events_face_core.registration.errors import RegistrationNotFoundError
from events_face_core.registration.model import Registration
from events_face_core.registration.ports import RegistrationReads


@frozen(kw_only=True)
class RegistrationQueries:
    """Shows and exports registrations.

    Whoever knows its id may see one: it is the visitor's link. Operators may export all.
    """

    reads: RegistrationReads

    async def registration(self, registration_id: str) -> Registration:
        """Return one registration.

        Raises:
            RegistrationNotFoundError: there is none.
        """
        registration = await self.reads.find(registration_id)
        if registration is None:
            raise RegistrationNotFoundError
        return registration

    def export(self, *, since: datetime | None = None) -> AsyncIterator[Registration]:
        """Stream the registrations created at an instant or later, the oldest first."""
        return self.reads.export(since=since)
