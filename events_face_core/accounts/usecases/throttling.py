"""How often something may be tried."""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256

from attrs import frozen

from events_face_core.accounts.ports import AccountTransaction
from events_face_core.kernel import Clock, ThrottledError, UnitOfWork


@frozen(kw_only=True)
class Limit:
    """So many attempts within a span, for each value of something such as an address.

    Attributes:
        name: what is counted.
        most: 0 for as many as anybody likes.
    """

    name: str
    most: int
    span: timedelta

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

    async def __call__(self, *attempts: tuple[Limit, str]) -> None:
        """Count an attempt under each limit, up to the first that is exceeded.

        Raises:
            ThrottledError: a limit is exceeded; it tells when its span ends.
        """
        limited = [(limit, value) for limit, value in attempts if limit.most]
        if not limited:
            return
        now = self.clock.now()
        over: datetime | None = None
        async with self.unit_of_work() as tx:
            for limit, value in limited:
                over = await tx.attempts.count(
                    limit.key(value), most=limit.most, span=limit.span, now=now
                )
                if over is not None:
                    break
        if over is not None:
            raise ThrottledError(over - now)


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
        login=Limit(name="login", most=logins_per_minute, span=_MINUTE),
        login_address=Limit(
            name="login-address", most=_ADDRESSES * logins_per_minute, span=_MINUTE
        ),
        signup=Limit(name="signup", most=signups_per_hour, span=_HOUR),
        reset=Limit(name="reset", most=_RESETS_PER_HOUR, span=_HOUR),
        reset_address=Limit(name="reset-address", most=signups_per_hour, span=_HOUR),
    )
