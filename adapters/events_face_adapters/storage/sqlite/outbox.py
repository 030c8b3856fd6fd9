"""The outbox and the idempotency keys."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import aiosqlite
import msgspec
from attrs import frozen

from events_face_adapters.storage.messages import MessageMap
from events_face_adapters.storage.sqlite.event_reads import Fetch
from events_face_adapters.storage.sqlite.values import from_micros, to_micros
from events_face_core.kernel import (
    Delivery,
    FirstUse,
    IdempotencyKey,
    Message,
    OutboxRow,
    OutboxState,
)

_DUE = """
SELECT due_at, id FROM outbox
WHERE state = 'pending' AND name = :name AND version = :version AND due_at <= :now
ORDER BY due_at LIMIT :rows
"""

_CLAIM = """
UPDATE outbox SET attempts = attempts + 1, due_at = :until
WHERE id IN (SELECT value FROM json_each(:ids))
RETURNING id, name, version, payload, attempts
"""

_PRUNE = """
DELETE FROM outbox WHERE id IN (
    SELECT id FROM outbox WHERE state = 'delivered' AND finished_at < ? LIMIT ?
) RETURNING id
"""

_ROW = "SELECT id, name, version, state, attempts, created_at, due_at, payload, error FROM outbox"


@frozen
class SqliteOutbox:
    """``Outbox`` in one transaction."""

    connection: aiosqlite.Connection
    messages: MessageMap

    async def add(self, row_id: str, message: Message, *, now: datetime, due_at: datetime) -> None:
        """Queue the delivery of a message."""
        await self.connection.execute(
            "INSERT INTO outbox (id, name, version, payload, created_at, due_at)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (
                row_id,
                message.name,
                message.version,
                self.messages.encode(message),
                to_micros(now),
                to_micros(due_at),
            ),
        )

    async def claim(
        self, names: Collection[str], *, limit: int, now: datetime, until: datetime
    ) -> Sequence[Delivery]:
        """Take due rows, oldest due first; versions unknown here wait for a release that knows."""
        due: list[Any] = []
        for known in (known for known in self.messages.types if known.name in names):
            wanted = {"name": known.name, "version": known.version}
            parameters = {**wanted, "now": to_micros(now), "rows": limit}
            due += await self.connection.execute_fetchall(_DUE, parameters)
        ids = [row_id for _, row_id in sorted(due)[:limit]]
        rows = await self.connection.execute_fetchall(
            _CLAIM, {"ids": msgspec.json.encode(ids).decode(), "until": to_micros(until)}
        )
        claimed: dict[str, Delivery] = {}
        for row in rows:
            try:
                message = self.messages.decode(*row[1:4])
            except msgspec.DecodeError as error:
                # One row that cannot be read must not hold up the others.
                await self.bury(row[0], now=now, error=f"cannot be read: {error}")
            else:
                claimed[row[0]] = Delivery(id=row[0], message=message, attempts=row[4])
        return [claimed[row_id] for row_id in ids if row_id in claimed]

    async def complete(self, delivery_id: str, *, now: datetime) -> None:
        """Mark a row delivered."""
        await self.connection.execute(
            "UPDATE outbox SET state = 'delivered', finished_at = ?, error = ''"
            " WHERE id = ? AND state <> 'delivered'",
            (to_micros(now), delivery_id),
        )

    async def retry(self, delivery_id: str, *, not_before: datetime, error: str) -> None:
        """Give a claimed row back."""
        await self.connection.execute(
            "UPDATE outbox SET due_at = ?, error = ? WHERE id = ? AND state = 'pending'",
            (to_micros(not_before), error, delivery_id),
        )

    async def bury(self, delivery_id: str, *, now: datetime, error: str) -> None:
        """Put a row to the dead letters."""
        await self.connection.execute(
            "UPDATE outbox SET state = 'dead', finished_at = ?, error = ?"
            " WHERE id = ? AND state = 'pending'",
            (to_micros(now), error, delivery_id),
        )

    async def revive(self, delivery_id: str, *, now: datetime) -> bool:
        """Make a dead row due at once."""
        rows = await self.connection.execute_fetchall(
            "UPDATE outbox SET state = 'pending', due_at = ?, finished_at = NULL, attempts = 0"
            " WHERE id = ? AND state = 'dead' RETURNING id",
            (to_micros(now), delivery_id),
        )
        return bool(list(rows))

    async def prune(self, *, delivered_before: datetime, limit: int) -> int:
        """Delete rows delivered before an instant."""
        parameters = (to_micros(delivered_before), limit)
        return len(list(await self.connection.execute_fetchall(_PRUNE, parameters)))


@frozen
class SqliteOutboxReads:
    """``OutboxReads`` over the reading connections."""

    fetch: Fetch

    async def rows(self, state: OutboxState, *, limit: int) -> Sequence[OutboxRow]:
        """Return rows in a state, the oldest first."""
        statement = f"{_ROW} WHERE state = :state ORDER BY created_at, id LIMIT :rows"
        rows = await self.fetch(statement, {"state": state.value, "rows": limit})
        return [_to_outbox_row(row) for row in rows]

    async def row(self, row_id: str) -> OutboxRow | None:
        """Return one row."""
        rows = await self.fetch(f"{_ROW} WHERE id = :id", {"id": row_id})
        return _to_outbox_row(rows[0]) if rows else None

    async def undelivered(self) -> Mapping[tuple[str, OutboxState], int]:
        """Return how many rows are pending and dead."""
        statement = (
            "SELECT name, 'pending', count(*) FROM outbox WHERE state = 'pending' GROUP BY name"
            " UNION ALL "
            "SELECT name, 'dead', count(*) FROM outbox WHERE state = 'dead' GROUP BY name"
        )
        rows = await self.fetch(statement, {})
        return {(row[0], OutboxState(row[1])): row[2] for row in rows}

    async def waiting_messages(self) -> set[tuple[str, int]]:
        """Return the names and versions of the messages that are not delivered yet."""
        rows = await self.fetch(
            "SELECT DISTINCT name, version FROM outbox WHERE state = 'pending'", {}
        )
        return {(row[0], row[1]) for row in rows}


@frozen
class SqliteIdempotencyKeys:
    """``IdempotencyKeys`` in one transaction; the one writer's lock is the key's lock."""

    connection: aiosqlite.Connection

    async def first_use(self, value: str) -> FirstUse | None:
        """Return what the key was used for."""
        rows = await self.connection.execute_fetchall(
            "SELECT fingerprint, resource_id FROM idempotency_key WHERE value = ?", (value,)
        )
        for row in rows:
            return FirstUse(fingerprint=row[0], resource_id=row[1])
        return None

    async def keep(self, key: IdempotencyKey, resource_id: str, *, now: datetime) -> None:
        """Remember the first use of a key."""
        await self.connection.execute(
            "INSERT INTO idempotency_key (value, fingerprint, resource_id, used_at)"
            " VALUES (?, ?, ?, ?)",
            (key.value, key.fingerprint, resource_id, to_micros(now)),
        )

    async def prune(self, *, used_before: datetime) -> int:
        """Forget the keys first used before an instant."""
        rows = await self.connection.execute_fetchall(
            "DELETE FROM idempotency_key WHERE used_at < ? RETURNING value",
            (to_micros(used_before),),
        )
        return len(list(rows))


def _to_outbox_row(row: Any) -> OutboxRow:  # noqa: ANN401  # a driver's row
    return OutboxRow(
        id=row[0],
        name=row[1],
        version=row[2],
        state=OutboxState(row[3]),
        attempts=row[4],
        created_at=from_micros(row[5]),
        due_at=from_micros(row[6]),
        payload=row[7],
        error=row[8],
    )
