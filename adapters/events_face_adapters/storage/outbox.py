"""The table of the outbox; how its rows are claimed is each database's own."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import msgspec
from attrs import frozen

from events_face_adapters.storage.messages import MessageMap
from events_face_adapters.storage.session import Row, Session
from events_face_core.kernel import Delivery, Message, OutboxRow, OutboxState

_ROW = "SELECT id, name, version, state, attempts, created_at, due_at, payload, error FROM outbox"


@frozen
class StoredOutbox:
    """``Outbox`` in one transaction, but for ``claim`` and ``prune``."""

    session: Session
    messages: MessageMap

    async def add(
        self, row_id: str, message: Message, *, now: datetime, due_at: datetime, trace: str
    ) -> None:
        """Queue the delivery of a message."""
        await self.session.fetch(
            "INSERT INTO outbox (id, name, version, payload, created_at, due_at, key, trace)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            row_id,
            message.name,
            message.version,
            self.messages.encode(message),
            now,
            due_at,
            message.key,
            trace or None,
        )

    async def complete(self, delivery_id: str, *, now: datetime) -> bool:
        """Mark a row delivered."""
        rows = await self.session.fetch(
            "UPDATE outbox SET state = 'delivered', finished_at = $1, error = ''"
            " WHERE id = $2 AND state <> 'delivered' RETURNING id",
            now,
            delivery_id,
        )
        return bool(rows)

    async def retry(self, delivery_id: str, *, not_before: datetime, error: str) -> None:
        """Give a claimed row back."""
        await self.session.fetch(
            "UPDATE outbox SET due_at = $1, error = $2 WHERE id = $3 AND state = 'pending'",
            not_before,
            _storable(error),
            delivery_id,
        )

    async def bury(self, delivery_id: str, *, now: datetime, error: str) -> None:
        """Put a row to the dead letters."""
        await self.session.fetch(
            "UPDATE outbox SET state = 'dead', finished_at = $1, error = $2"
            " WHERE id = $3 AND state = 'pending'",
            now,
            _storable(error),
            delivery_id,
        )

    async def revive(self, delivery_id: str, *, now: datetime) -> bool:
        """Make a dead row due at once."""
        rows = await self.session.fetch(
            "UPDATE outbox SET state = 'pending', due_at = $1, finished_at = NULL, attempts = 0"
            " WHERE id = $2 AND state = 'dead' RETURNING id",
            now,
            delivery_id,
        )
        return bool(rows)

    async def _deliveries(self, rows: Iterable[Row], now: datetime) -> list[Delivery]:
        """Return what was claimed: rows of id, name, version, payload, attempts, trace."""
        deliveries: list[Delivery] = []
        for row in rows:
            try:
                message = self.messages.decode(row[1], row[2], row[3])
            except msgspec.DecodeError as error:
                # One row that cannot be read must not hold up the others.
                await self.bury(row[0], now=now, error=f"cannot be read: {error}")
            else:
                deliveries.append(
                    Delivery(id=row[0], message=message, attempts=row[4], trace=row[5] or "")
                )
        return deliveries


@frozen
class StoredOutboxReads:
    """``OutboxReads``."""

    session: Session

    async def rows(self, state: OutboxState, *, limit: int) -> Sequence[OutboxRow]:
        """Return rows in a state, the oldest first."""
        rows = await self.session.fetch(
            f"{_ROW} WHERE state = $1 ORDER BY created_at, id LIMIT $2", state.value, limit
        )
        return [self._to_outbox_row(row) for row in rows]

    async def row(self, row_id: str) -> OutboxRow | None:
        """Return one row."""
        rows = await self.session.fetch(f"{_ROW} WHERE id = $1", row_id)
        return self._to_outbox_row(rows[0]) if rows else None

    async def undelivered(self) -> Mapping[tuple[str, OutboxState], int]:
        """Return how many rows are pending and dead."""
        rows = await self.session.fetch(
            "SELECT name, 'pending', count(*) FROM outbox WHERE state = 'pending' GROUP BY name"
            " UNION ALL "
            "SELECT name, 'dead', count(*) FROM outbox WHERE state = 'dead' GROUP BY name"
        )
        return {(row[0], OutboxState(row[1])): row[2] for row in rows}

    async def waiting_messages(self) -> set[tuple[str, int]]:
        """Return the names and versions of the messages that are not delivered yet."""
        rows = await self.session.fetch(
            "SELECT DISTINCT name, version FROM outbox WHERE state = 'pending'"
        )
        return {(row[0], row[1]) for row in rows}

    def _to_outbox_row(self, row: Row) -> OutboxRow:
        return OutboxRow(
            id=row[0],
            name=row[1],
            version=row[2],
            state=OutboxState(row[3]),
            attempts=row[4],
            created_at=self.session.instant(row[5]),
            due_at=self.session.instant(row[6]),
            payload=row[7],
            error=row[8],
        )


def _storable(error: str) -> str:
    """Return the text without what no database stores: it may quote somebody else's answer."""
    return error.replace("\0", "").encode(errors="replace").decode()
