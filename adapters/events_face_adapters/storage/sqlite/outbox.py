"""Claims on the outbox."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import msgspec
from attrs import frozen

from events_face_adapters.storage.outbox import StoredOutbox
from events_face_core.kernel import Delivery

DUE = """
SELECT due_at, id FROM outbox
WHERE state = 'pending' AND name = $1 AND version = $2 AND due_at <= $3
    AND (key = '' OR NOT EXISTS (
        SELECT 1 FROM outbox AS older
        WHERE older.state = 'pending' AND older.key = outbox.key AND older.key <> ''
            AND older.rowid < outbox.rowid
    ))
ORDER BY due_at LIMIT $4
"""

_CLAIM = """
UPDATE outbox SET attempts = attempts + 1, due_at = $2
WHERE id IN (SELECT value FROM json_each($1))
RETURNING id, name, version, payload, attempts, trace
"""

_PRUNE = """
DELETE FROM outbox WHERE id IN (
    SELECT id FROM outbox WHERE state = 'delivered' AND finished_at < $1 LIMIT $2
) RETURNING id
"""


@frozen
class SqliteOutbox(StoredOutbox):
    """``Outbox`` in one transaction."""

    async def claim(
        self, names: Collection[str], *, limit: int, now: datetime, until: datetime
    ) -> Sequence[Delivery]:
        """Take due rows, oldest due first; versions unknown here wait for a release that knows."""
        due: list[Any] = []
        for known in (known for known in self.messages.types if known.name in names):
            rows = await self.session.fetch(DUE, known.name, known.version, now, limit)
            due += [(row[0], row[1]) for row in rows]
        ids = [row_id for _, row_id in sorted(due)[:limit]]
        rows = await self.session.fetch(_CLAIM, msgspec.json.encode(ids).decode(), until)
        claimed = {row[0]: row for row in rows}
        return await self._deliveries([claimed[row_id] for row_id in ids], now)

    async def prune(self, *, delivered_before: datetime, limit: int) -> int:
        """Delete rows delivered before an instant."""
        return len(await self.session.fetch(_PRUNE, delivered_before, limit))
