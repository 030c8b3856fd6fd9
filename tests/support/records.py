"""What a database has on record, whichever it is: the auditor's look at it from outside."""

import sqlite3
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import asyncpg
from attrs import frozen

from events_face_runners.wiring.settings import SQLITE_PREFIX

Rows = Sequence[Any]

_REGISTRATIONS = "SELECT id, event_id, email, status, reason, attempts FROM registration"
_NOTIFICATIONS = "SELECT id, reference_id, email, sent_at FROM notification"
_OUTBOX = "SELECT name, state, payload, attempts, error FROM outbox"
_EVENTS = "SELECT id, name, number_of_visitors FROM event"

# A take-back without a ticket waits for a late reply, and then for an operator.
_WAITING = """
SELECT (SELECT count(*) FROM registration WHERE status = 'pending')
    + (SELECT count(*) FROM outbox WHERE state = 'pending' AND NOT (
        name = 'registration.take-back-requested' AND payload LIKE '%"ticket_id":""%'))
"""


@frozen(kw_only=True)
class Records:
    """The tables as they were at one moment.

    Attributes:
        registrations: id, event, email, status, reason, attempts.
        notifications: id, registration, email, when it was sent.
        outbox: message name, state, payload, attempts, error.
        events: id, name, number of visitors.
        damage: what the database says of its own file, if it is not whole.
    """

    registrations: Rows
    notifications: Rows
    outbox: Rows
    events: Rows
    damage: Sequence[str] = ()


def kind_of(url: str) -> str:
    """Return which database it is, as people call it."""
    return "SQLite" if url.startswith(SQLITE_PREFIX) else "PostgreSQL"


async def read_records(url: str) -> Records:
    """Read everything in one transaction, so that it belongs together."""
    tables = (_REGISTRATIONS, _NOTIFICATIONS, _OUTBOX, _EVENTS)
    registrations, notifications, outbox, events = await query(url, *tables)
    damage: list[str] = []
    if url.startswith(SQLITE_PREFIX):
        for check in ("PRAGMA integrity_check", "PRAGMA foreign_key_check"):
            (found,) = await query(url, check)
            damage += [f"{check}: {row}" for row in found if row[0] != "ok"]
    return Records(
        registrations=registrations,
        notifications=notifications,
        outbox=outbox,
        events=events,
        damage=damage,
    )


def statuses(records: Records) -> Counter[str]:
    """How many registrations ended how."""
    return Counter(": ".join(filter(None, row[3:5])) for row in records.registrations)


def repeated_deliveries(records: Records) -> int:
    """How often work was taken out of the outbox once more than once."""
    return sum(max(attempts - 1, 0) for _, _, _, attempts, _ in records.outbox)


async def is_settled(url: str) -> bool:
    """Whether all is decided, and nothing waits but the search for places that may be held."""
    ((waiting,),) = await query(url, _WAITING)
    return bool(waiting[0] == 0)


async def query(url: str, *statements: str) -> list[Rows]:
    """Run statements on one snapshot; return the rows of each."""
    if url.startswith(SQLITE_PREFIX):
        return _read_sqlite(Path(url.removeprefix(SQLITE_PREFIX)), statements)
    connection = await asyncpg.connect(url)
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            return [await connection.fetch(statement) for statement in statements]
    finally:
        await connection.close()


def _read_sqlite(path: Path, statements: Sequence[str]) -> list[Rows]:
    address = f"file:{path}?mode=ro"
    with closing(sqlite3.connect(address, uri=True, timeout=5)) as connection:
        connection.execute("BEGIN")
        return [connection.execute(statement).fetchall() for statement in statements]
