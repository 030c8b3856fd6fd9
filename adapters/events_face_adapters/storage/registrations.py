"""The table of registrations."""

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime

from attrs import frozen

from events_face_adapters.storage.registration_rows import (
    INSERT,
    SELECT,
    UPDATE,
    changing_values,
    to_registration,
    to_row,
)
from events_face_adapters.storage.session import Session
from events_face_core.registration import AlreadyRegisteredError, Registration

FORMER_PLACE = """
SELECT 1 FROM registration
WHERE event_id = $1 AND email_key = $2 AND status IN ('rejected', 'cancelled')
    AND (ticket_id IS NOT NULL OR unanswered > 0)
LIMIT 1
"""
_EXPORT = f"{SELECT} WHERE (created_at, id) > ($1, $2) ORDER BY created_at, id LIMIT $3"
_EXPORT_BATCH = 500
_BEGINNING = datetime.min.replace(tzinfo=UTC)


@frozen
class StoredRegistrations:
    """``Registrations`` in one transaction."""

    session: Session

    async def find(self, registration_id: str) -> Registration | None:
        """Return a registration."""
        return await self._one(f"{SELECT} WHERE id = $1", registration_id)

    async def find_active(self, event_id: str, email_key: str) -> Registration | None:
        """Return the pending or confirmed registration of an email for an event."""
        return await self._one(
            f"{SELECT} WHERE event_id = $1 AND email_key = $2"
            " AND status IN ('pending', 'confirmed')",
            event_id,
            email_key,
        )

    async def holds_former_place(self, event_id: str, email_key: str) -> bool:
        """Tell whether an inactive one of this email and event may hold a place."""
        return bool(await self.session.fetch(FORMER_PLACE, event_id, email_key))

    async def add(self, registration: Registration) -> None:
        """Insert a registration; an active twin is an ``AlreadyRegisteredError``."""
        if not await self.session.fetch(INSERT, *to_row(registration)):
            raise AlreadyRegisteredError

    async def save(self, registration: Registration) -> None:
        """Replace what can change of a registration."""
        await self.session.fetch(UPDATE, registration.id, *changing_values(registration))

    async def active_of(self, event_id: str, *, limit: int) -> Sequence[str]:
        """Return ids of pending and confirmed registrations of an event."""
        rows = await self.session.fetch(
            "SELECT id FROM registration WHERE event_id = $1"
            " AND status IN ('pending', 'confirmed') LIMIT $2",
            event_id,
            limit,
        )
        return [str(row[0]) for row in rows]

    async def overdue(self, now: datetime, *, limit: int) -> Sequence[str]:
        """Return the ids of pending registrations whose decision is due."""
        rows = await self.session.fetch(
            "SELECT id FROM registration WHERE status = 'pending' AND decision_due_at <= $1"
            " ORDER BY decision_due_at LIMIT $2",
            now,
            limit,
        )
        return [str(row[0]) for row in rows]

    async def _one(self, statement: str, *values: str) -> Registration | None:
        rows = await self.session.fetch(statement + self.session.locking, *values)
        return to_registration(self.session, rows[0]) if rows else None


@frozen
class StoredRegistrationReads:
    """``RegistrationReads``."""

    session: Session

    async def find(self, registration_id: str) -> Registration | None:
        """Return one registration."""
        rows = await self.session.fetch(f"{SELECT} WHERE id = $1", registration_id)
        return to_registration(self.session, rows[0]) if rows else None

    async def export(self, *, since: datetime | None) -> AsyncIterator[Registration]:
        """Stream registrations in batches: no reading transaction stays open in between."""
        created_at, last_id = since or _BEGINNING, ""
        while rows := await self.session.fetch(_EXPORT, created_at, last_id, _EXPORT_BATCH):
            for row in rows:
                registration = to_registration(self.session, row)
                created_at, last_id = registration.created_at, registration.id
                yield registration
