"""How often something may be tried."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256

from attrs import frozen

from events_face_core.accounts.events import AttemptsThrottled
from events_face_core.accounts.ports import AccountTransaction, Excess
from events_face_core.kernel import Clock, ThrottledError, UnitOfWork


@frozen(kw_only=True)
class Limit:
    """So many attempts within a span, for each value of something such as an address.

    Attributes:
        name: what is counted.
        most: 0 for as many as anybody likes.
        of_accounts: whether the values stand for accounts: keys of emails, or ids.
    """

    name: str
    most: int
    span: timedelta
    of_accounts: bool = False

    def key(self, value: str) -> str:
        """Return what is stored of a value: it may be an email, so a digest."""
        return f"{self.name}:{sha256(value.encode()).hexdigest()}"


@frozen(kw_only=True)
class Throttle:
    """Counts attempts in the database, so that several processes count together.

    Each call is a short transaction of its own: an attempt counts whatever becomes of it.
    """

    unit_of_work: UnitOfWork[AccountTransaction]
    clock: Clock

    async def __call__(self, *attempts: tuple[Limit, str], actor_id: str = "") -> None:
        """Count an attempt under each limit, up to the first that is exceeded.

        That one is exceeded is told once in its span: whoever tries on fills no audit log.

        Raises:
            ThrottledError: a limit is exceeded; it tells when its span ends.
        """
        limited = [(limit, value) for limit, value in attempts if limit.most]
        if not limited:
            return
        now = self.clock.now()
        excess: Excess | None = None
        async with self.unit_of_work() as tx:
            for limit, value in limited:
                excess = await tx.attempts.count(
                    limit.key(value), most=limit.most, span=limit.span, now=now
                )
                if excess is not None:
                    if excess.first:
                        await _tell(tx, limit, value, actor_id)
                    break
        if excess is not None:
            raise ThrottledError(excess.until - now)


async def _tell(tx: AccountTransaction, limit: Limit, value: str, actor_id: str) -> None:
    account = None
    if limit.of_accounts:
        account = await tx.accounts.look_by_email(value) or await tx.accounts.look(value)
    account_id = "" if account is None else account.id
    await tx.publish(AttemptsThrottled(actor_id=actor_id, account_id=account_id, limit=limit.name))


@frozen(kw_only=True)
class Limits:
    """The limits of accounts.

    Attributes:
        login, login_address: logins for each account, and from each address.
        signup: sign-ups from each address.
        reset, reset_address: links asked for each account, and from each address.
    """

    login: Limit
    login_address: Limit
    signup: Limit
    reset: Limit
    reset_address: Limit


_ADDRESSES = 3
_RESETS_PER_HOUR = 5
_HOUR = timedelta(hours=1)
_MINUTE = timedelta(minutes=1)


def make_limits(*, logins_per_minute: int, signups_per_hour: int) -> Limits:
    """Return the limits; 0 is none. From one address three accounts may be tried at the full."""
    return Limits(
        login=Limit(name="login", most=logins_per_minute, span=_MINUTE, of_accounts=True),
        login_address=Limit(
            name="login-address", most=_ADDRESSES * logins_per_minute, span=_MINUTE
        ),
        signup=Limit(name="signup", most=signups_per_hour, span=_HOUR),
        reset=Limit(name="reset", most=_RESETS_PER_HOUR, span=_HOUR, of_accounts=True),
        reset_address=Limit(name="reset-address", most=signups_per_hour, span=_HOUR),
    )
