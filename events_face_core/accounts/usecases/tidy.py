"""Forget what nobody can use any more."""

from __future__ import annotations

from datetime import timedelta

from attrs import frozen

from events_face_core.accounts.ports import AccountTransaction
from events_face_core.kernel import Clock, UnitOfWork

_KEEP_ENDED_SESSIONS = timedelta(days=7)


@frozen(kw_only=True)
class TidyAccountsHandler:
    """Clears away ended sessions, old links and old counts. Our own processes may.

    Ended sessions stay a week, so that a token that is stolen meanwhile is known for what it is.
    """

    unit_of_work: UnitOfWork[AccountTransaction]
    clock: Clock

    async def __call__(self) -> int:
        """Clear away; return how many rows went."""
        now = self.clock.now()
        async with self.unit_of_work() as tx:
            gone = await tx.login_sessions.prune(ended_before=now - _KEEP_ENDED_SESSIONS)
            gone += await tx.password_resets.prune(expired_before=now)
            gone += await tx.attempts.prune(ended_before=now)
        return gone
