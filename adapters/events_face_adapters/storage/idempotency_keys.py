"""The table of idempotency keys."""

from datetime import datetime

from attrs import frozen

from events_face_adapters.storage.session import Session
from events_face_core.kernel import FirstUse, IdempotencyKey


@frozen
class StoredIdempotencyKeys:
    """``IdempotencyKeys`` in one transaction, where the transaction itself locks every key.

    That is so where there is one writer at a time; another database has to lock the key first.
    """

    session: Session

    async def first_use(self, value: str) -> FirstUse | None:
        """Return what the key was used for."""
        rows = await self.session.fetch(
            "SELECT fingerprint, resource_id FROM idempotency_key WHERE value = $1", value
        )
        for row in rows:
            return FirstUse(fingerprint=row[0], resource_id=row[1])
        return None

    async def keep(self, key: IdempotencyKey, resource_id: str, *, now: datetime) -> None:
        """Remember the first use of a key."""
        await self.session.fetch(
            "INSERT INTO idempotency_key (value, fingerprint, resource_id, used_at)"
            " VALUES ($1, $2, $3, $4)",
            key.value,
            key.fingerprint,
            resource_id,
            now,
        )

    async def prune(self, *, used_before: datetime) -> int:
        """Forget the keys first used before an instant."""
        rows = await self.session.fetch(
            "DELETE FROM idempotency_key WHERE used_at < $1 RETURNING value", used_before
        )
        return len(rows)
