"""Rows of the table of registrations."""

from datetime import datetime

from events_face_adapters.storage.session import Row, Session, instant_or_none
from events_face_core.registration import (
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
    decided_at, decided_here"""

SELECT = f"SELECT {_COLUMNS} FROM registration"  # noqa: S608  # constant columns

INSERT = f"""
INSERT INTO registration ({_COLUMNS}, email_key)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)
ON CONFLICT (event_id, email_key) WHERE status IN ('pending', 'confirmed') DO NOTHING
RETURNING id
"""  # noqa: S608  # constant columns
"""Takes ``to_row``; returns nothing where another active one is in the way."""

UPDATE = """
UPDATE registration SET attempts = $2, unanswered = $3, ticket_id = $4, status = $5, reason = $6,
    decided_at = $7
WHERE id = $1
"""
"""Takes the id and ``changing_values``."""


def to_registration(session: Session, row: Row) -> Registration:
    """Return the registration of a row of ``SELECT``."""
    return Registration(
        id=row[0],
        event=EventSnapshot(id=row[1], name=row[2], event_time=session.instant(row[3])),
        visitor=Visitor(first_name=row[4], last_name=row[5], email=row[6]),
        seat=row[7],
        language=Language(row[8]),
        created_at=session.instant(row[9]),
        decision_due_at=session.instant(row[10]),
        idempotency_key=row[11],
        attempts=row[12],
        unanswered=row[13],
        ticket_id=row[14],
        state=_to_state(row[15], row[16] and Reason(row[16]), instant_or_none(session, row[17])),
        decided_here=bool(row[18]),
    )


def to_row(registration: Registration) -> tuple[object, ...]:
    """Return what is stored of a registration."""
    event, visitor = registration.event, registration.visitor
    return (
        registration.id,
        event.id,
        event.name,
        event.event_time,
        visitor.first_name,
        visitor.last_name,
        visitor.email,
        registration.seat,
        registration.language.value,
        registration.created_at,
        registration.decision_due_at,
        registration.idempotency_key,
        *changing_values(registration),
        registration.decided_here,
        visitor.email_key,
    )


def changing_values(registration: Registration) -> tuple[object, ...]:
    """Return what can change of a registration once it is stored."""
    reason = registration.reason
    return (
        registration.attempts,
        registration.unanswered,
        registration.ticket_id,
        registration.status,
        None if reason is None else reason.value,
        registration.decided_at,
    )


def _to_state(status: str, reason: Reason | None, decided_at: datetime | None) -> State:
    match status, reason, decided_at:
        case "confirmed", None, datetime():
            return Confirmed(decided_at=decided_at)
        case "rejected", Reason(), datetime():
            return Rejected(decided_at=decided_at, reason=reason)
        case "cancelled", _, datetime():
            return Cancelled(decided_at=decided_at, reason=reason)
        case "pending", None, None:
            return Pending()
        case _:
            # Never guessed: what is taken for pending would be sent again.
            raise ValueError(f"a registration is {status} with {reason} at {decided_at}")
