"""Claims on the outbox, and the locks on idempotency keys."""

from collections.abc import Collection, Sequence
from datetime import datetime

from attrs import frozen

from events_face_adapters.storage.idempotency_keys import StoredIdempotencyKeys
from events_face_adapters.storage.outbox import StoredOutbox
from events_face_core.kernel import Delivery, FirstUse

# Each message is looked for on its own, in the order of the index: what is not asked for costs
# nothing, however much of it waits. Rows that another claim holds are passed over; so are rows
# that have to wait for an older one of their key. What the snapshot shows as pending and is
# delivered meanwhile holds them up until the next claim, no more.
_CLAIM = """
WITH due AS (
    SELECT waiting.id, waiting.due_at
    FROM unnest($1::text[], $2::integer[]) AS known (name, version)
    CROSS JOIN LATERAL (
        SELECT id, due_at FROM outbox
        WHERE state = 'pending' AND outbox.name = known.name AND due_at <= $3
            AND outbox.version = known.version
            AND (outbox.key = '' OR NOT EXISTS (
                SELECT 1 FROM outbox AS older
                WHERE older.state = 'pending' AND older.key = outbox.key AND older.key <> ''
                    AND older.position < outbox.position
            ))
        ORDER BY due_at LIMIT $4 FOR UPDATE SKIP LOCKED
    ) AS waiting
    ORDER BY waiting.due_at, waiting.id LIMIT $4
), claimed AS (
    UPDATE outbox SET attempts = attempts + 1, due_at = $5 FROM due WHERE outbox.id = due.id
    RETURNING outbox.id, name, version, payload, attempts, trace, due.due_at AS was_due_at
)
SELECT id, name, version, payload, attempts, trace FROM claimed ORDER BY was_due_at, id
"""

_PRUNE = """
WITH old AS (
    SELECT id FROM outbox WHERE state = 'delivered' AND finished_at < $1
    LIMIT $2 FOR UPDATE SKIP LOCKED
)
DELETE FROM outbox USING old WHERE outbox.id = old.id RETURNING outbox.id
"""


@frozen
class PostgresOutbox(StoredOutbox):
    """``Outbox`` in one transaction."""

    async def claim(
        self, names: Collection[str], *, limit: int, now: datetime, until: datetime
    ) -> Sequence[Delivery]:
        """Take due rows, oldest due first; versions unknown here wait for a release that knows."""
        known = [message for message in self.messages.types if message.name in names]
        rows = await self.session.fetch(
            _CLAIM, [m.name for m in known], [m.version for m in known], now, limit, until
        )
        return await self._deliveries(rows, now)

    async def prune(self, *, delivered_before: datetime, limit: int) -> int:
        """Delete rows delivered before an instant."""
        return len(await self.session.fetch(_PRUNE, delivered_before, limit))


@frozen
class PostgresIdempotencyKeys(StoredIdempotencyKeys):
    """``IdempotencyKeys`` in one transaction."""

    async def first_use(self, value: str) -> FirstUse | None:
        """Return what the key was used for."""
        # Two statements: the one that waits for the lock does not see what the other call did.
        await self.session.fetch("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", value)
        return await super().first_use(value)
