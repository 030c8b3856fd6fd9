"""The table of registrations."""

import sqlite3
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Any

import aiosqlite
from attrs import frozen

from events_face_adapters.storage.sqlite.event_reads import Fetch
from events_face_adapters.storage.sqlite.values import (
    from_micros,
    from_micros_or_none,
    to_micros,
    to_micros_or_none,
)
from events_face_core.registration import (
    AlreadyRegisteredError,
    Cancelled,
    Confirmed,
    EventSnapshot,
    Language,
    Pending,
    Reason,
    Registration,
    Rejected,
    State,
    Visitor,
)

_COLUMNS = """id, event_id, event_name, event_time, first_name, last_name, email, seat, language,
    created_at, decision_due_at, idempotency_key, attempts, unanswered, ticket_id, status, reason,
    decided_at"""

_SELECT = f"SELECT {_COLUMNS} FROM registration"  # noqa: S608  # constant columns

_INSERT = f"""
INSERT INTO registration ({_COLUMNS}, email_key)
VALUES (:id, :event_id, :event_name, :event_time, :first_name, :last_name, :email, :seat,
    :language, :created_at, :decision_due_at, :idempotency_key, :attempts, :unanswered,
    :ticket_id, :status, :reason, :decided_at, :email_key)
"""  # noqa: S608  # constant columns

_UPDATE = """
UPDATE registration SET attempts = :attempts, unanswered = :unanswered, ticket_id = :ticket_id,
    status = :status, reason = :reason, decided_at = :decided_at
WHERE id = :id
"""

_EXPORT = (
    f"{_SELECT} WHERE (created_at, id) > (:created_at, :id) ORDER BY created_at, id LIMIT :rows"
)
_EXPORT_BATCH = 500


@frozen
class SqliteRegistrations:
    """``Registrations`` in one transaction; SQLite has one writer, so what it reads is locked."""

    connection: aiosqlite.Connection

    async def find(self, registration_id: str) -> Registration | None:
        """Return a registration."""
        return await self._one(f"{_SELECT} WHERE id = ?", registration_id)

    async def find_active(self, event_id: str, email_key: str) -> Registration | None:
        """Return the pending or confirmed registration of an email for an event."""
        return await self._one(
            f"{_SELECT} WHERE event_id = ? AND email_key = ?"
            " AND status IN ('pending', 'confirmed')",
            event_id,
            email_key,
        )

    async def holds_former_place(self, event_id: str, email_key: str) -> bool:
        """Tell whether an inactive one of this email and event still has a ticket."""
        rows = await self.connection.execute_fetchall(
            "SELECT 1 FROM registration WHERE event_id = ? AND email_key = ?"
            " AND status IN ('rejected', 'cancelled') AND ticket_id IS NOT NULL LIMIT 1",
            (event_id, email_key),
        )
        return bool(list(rows))

    async def add(self, registration: Registration) -> None:
        """Insert a registration; an active twin is an ``AlreadyRegisteredError``."""
        try:
            await self.connection.execute(_INSERT, _to_row(registration))
        except sqlite3.IntegrityError as error:
            raise AlreadyRegisteredError from error

    async def save(self, registration: Registration) -> None:
        """Replace what can change of a registration."""
        await self.connection.execute(_UPDATE, _to_row(registration))

    async def active_of(self, event_id: str, *, limit: int) -> Sequence[str]:
        """Return ids of pending and confirmed registrations of an event."""
        rows = await self.connection.execute_fetchall(
            "SELECT id FROM registration WHERE event_id = ?"
            " AND status IN ('pending', 'confirmed') LIMIT ?",
            (event_id, limit),
        )
        return [str(row[0]) for row in rows]

    async def overdue(self, now: datetime, *, limit: int) -> Sequence[str]:
        """Return the ids of pending registrations whose decision is due."""
        rows = await self.connection.execute_fetchall(
            "SELECT id FROM registration WHERE status = 'pending' AND decision_due_at <= ?"
            " ORDER BY decision_due_at LIMIT ?",
            (to_micros(now), limit),
        )
        return [str(row[0]) for row in rows]

    async def _one(self, statement: str, *parameters: str) -> Registration | None:
        rows = list(await self.connection.execute_fetchall(statement, parameters))
        return _to_registration(rows[0]) if rows else None


@frozen
class SqliteRegistrationReads:
    """``RegistrationReads`` over the reading connections."""

    fetch: Fetch

    async def find(self, registration_id: str) -> Registration | None:
        """Return one registration."""
        rows = await self.fetch(f"{_SELECT} WHERE id = :id", {"id": registration_id})
        return _to_registration(rows[0]) if rows else None

    async def export(self, *, since: datetime | None) -> AsyncIterator[Registration]:
        """Stream registrations in batches: no reading transaction stays open in between."""
        place: dict[str, Any] = {
            "created_at": -(2**63) if since is None else to_micros(since),
            "id": "",
        }
        while rows := await self.fetch(_EXPORT, {**place, "rows": _EXPORT_BATCH}):
            for row in rows:
                yield _to_registration(row)
            place = {"created_at": rows[-1][9], "id": rows[-1][0]}


def _to_registration(row: Any) -> Registration:  # noqa: ANN401  # a driver's row
    return Registration(
        id=row[0],
        event=EventSnapshot(id=row[1], name=row[2], event_time=from_micros(row[3])),
        visitor=Visitor(first_name=row[4], last_name=row[5], email=row[6]),
        seat=row[7],
        language=Language(row[8]),
        created_at=from_micros(row[9]),
        decision_due_at=from_micros(row[10]),
        idempotency_key=row[11],
        attempts=row[12],
        unanswered=row[13],
        ticket_id=row[14],
        state=_to_state(row[15], row[16] and Reason(row[16]), from_micros_or_none(row[17])),
    )


def _to_state(status: str, reason: Reason | None, decided_at: datetime | None) -> State:
    match status, reason, decided_at:
        case "confirmed", None, datetime():
            return Confirmed(decided_at=decided_at)
        case "rejected", Reason(), datetime():
            return Rejected(decided_at=decided_at, reason=reason)
        case "cancelled", _, datetime():
            return Cancelled(decided_at=decided_at, reason=reason)
        case _:
            return Pending()


def _to_row(registration: Registration) -> dict[str, str | int | None]:
    reason = registration.reason
    return {
        "id": registration.id,
        "event_id": registration.event.id,
        "event_name": registration.event.name,
        "event_time": to_micros(registration.event.event_time),
        "first_name": registration.visitor.first_name,
        "last_name": registration.visitor.last_name,
        "email": registration.visitor.email,
        "email_key": registration.visitor.email_key,
        "seat": registration.seat,
        "language": registration.language.value,
        "created_at": to_micros(registration.created_at),
        "decision_due_at": to_micros(registration.decision_due_at),
        "idempotency_key": registration.idempotency_key,
        "attempts": registration.attempts,
        "unanswered": registration.unanswered,
        "ticket_id": registration.ticket_id,
        "status": registration.status,
        "reason": None if reason is None else reason.value,
        "decided_at": to_micros_or_none(registration.decided_at),
    }
