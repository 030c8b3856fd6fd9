"""The tables of sessions, of links that set a password, and of what was tried."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from attrs import frozen

from events_face_adapters.storage.account_rows import (
    INSERT_SESSION,
    SELECT_SESSION,
    session_to_row,
    to_login_session,
)
from events_face_adapters.storage.session import Session
from events_face_core.accounts import Excess, LoginSession, PasswordReset

_ROTATE = """
UPDATE login_session SET token_hash = $2, previous_hash = $3, seed = $4, refreshed_at = $5,
    expires_at = $6
WHERE id = $1 AND token_hash = $3 AND revoked_at IS NULL AND expires_at > $5
RETURNING id
"""

_REVOKE_OLDEST = """
UPDATE login_session SET revoked_at = $2
WHERE account_id = $1 AND revoked_at IS NULL AND expires_at > $2 AND id NOT IN (
    SELECT id FROM login_session WHERE account_id = $1 AND revoked_at IS NULL AND expires_at > $2
    ORDER BY refreshed_at DESC, id LIMIT $3
)
RETURNING id
"""

_COUNT = """
INSERT INTO attempt (key, count, ends_at) VALUES ($1, 1, $2)
ON CONFLICT (key) DO UPDATE SET
    count = CASE WHEN attempt.ends_at <= $3 THEN 1 ELSE attempt.count + 1 END,
    ends_at = CASE WHEN attempt.ends_at <= $3 THEN excluded.ends_at ELSE attempt.ends_at END
RETURNING count, ends_at
"""


@frozen
class StoredLoginSessions:
    """``LoginSessions`` in one transaction."""

    session: Session

    async def add(self, session: LoginSession) -> None:
        """Insert a session."""
        await self.session.fetch(INSERT_SESSION, *session_to_row(session))

    async def look(self, session_id: str) -> LoginSession | None:
        """Return a session."""
        rows = await self.session.fetch(f"{SELECT_SESSION} WHERE id = $1", session_id)
        return to_login_session(self.session, rows[0]) if rows else None

    async def rotate(self, rotated: LoginSession) -> bool:
        """Put the next token in the place of the one before it, if that one is still good."""
        rows = await self.session.fetch(
            _ROTATE,
            rotated.id,
            rotated.token_hash,
            rotated.previous_hash,
            rotated.seed,
            rotated.refreshed_at,
            rotated.expires_at,
        )
        return bool(rows)

    async def revoke(self, session_id: str, *, now: datetime) -> bool:
        """End a session."""
        rows = await self.session.fetch(
            "UPDATE login_session SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL"
            " RETURNING id",
            session_id,
            now,
        )
        return bool(rows)

    async def revoke_oldest(self, account_id: str, *, keep: int, now: datetime) -> Sequence[str]:
        """End all good sessions of an account but so many, the last used; return which ended."""
        rows = await self.session.fetch(_REVOKE_OLDEST, account_id, now, keep)
        return [row[0] for row in rows]

    async def revoke_all(self, account_id: str, *, but: str = "", now: datetime) -> None:
        """End every session of an account, but one if it is named."""
        await self.session.fetch(
            "UPDATE login_session SET revoked_at = $2"
            " WHERE account_id = $1 AND id <> $3 AND revoked_at IS NULL",
            account_id,
            now,
            but,
        )

    async def erase_all(self, account_id: str) -> None:
        """Forget every session of an account."""
        await self.session.fetch("DELETE FROM login_session WHERE account_id = $1", account_id)

    async def prune(self, *, ended_before: datetime) -> int:
        """Forget sessions that ended before an instant."""
        rows = await self.session.fetch(
            "DELETE FROM login_session WHERE expires_at < $1 OR revoked_at < $1 RETURNING id",
            ended_before,
        )
        return len(rows)


@frozen
class StoredPasswordResets:
    """``PasswordResets`` in one transaction."""

    session: Session

    async def add(self, reset: PasswordReset) -> None:
        """Insert a link."""
        await self.session.fetch(
            "INSERT INTO password_reset (token_hash, account_id, expires_at) VALUES ($1, $2, $3)",
            reset.token_hash,
            reset.account_id,
            reset.expires_at,
        )

    async def look(self, token_hash: str) -> PasswordReset | None:
        """Return a link."""
        rows = await self.session.fetch(
            "SELECT account_id, expires_at FROM password_reset WHERE token_hash = $1", token_hash
        )
        for row in rows:
            expires_at = self.session.instant(row[1])
            return PasswordReset(token_hash=token_hash, account_id=row[0], expires_at=expires_at)
        return None

    async def use(self, token_hash: str, *, now: datetime) -> bool:
        """Use a link up."""
        rows = await self.session.fetch(
            "DELETE FROM password_reset WHERE token_hash = $1 AND expires_at > $2"
            " RETURNING token_hash",
            token_hash,
            now,
        )
        return bool(rows)

    async def forget(self, account_id: str) -> None:
        """Make every link of an account worthless."""
        await self.session.fetch("DELETE FROM password_reset WHERE account_id = $1", account_id)

    async def prune(self, *, expired_before: datetime) -> int:
        """Forget links that expired before an instant."""
        rows = await self.session.fetch(
            "DELETE FROM password_reset WHERE expires_at < $1 RETURNING token_hash", expired_before
        )
        return len(rows)


@frozen
class StoredAttempts:
    """``Attempts`` in one transaction."""

    session: Session

    async def count(self, key: str, *, most: int, span: timedelta, now: datetime) -> Excess | None:
        """Count an attempt, in one statement."""
        rows = await self.session.fetch(_COUNT, key, now + span, now)
        count, ends_at = rows[0][0], self.session.instant(rows[0][1])
        return Excess(until=ends_at, first=count == most + 1) if count > most else None

    async def prune(self, *, ended_before: datetime) -> int:
        """Forget spans that ended before an instant."""
        rows = await self.session.fetch(
            "DELETE FROM attempt WHERE ends_at < $1 RETURNING key", ended_before
        )
        return len(rows)
