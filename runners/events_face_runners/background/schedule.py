"""What is done by the clock, and when: one table of it serves the loops and ARQ's cron."""

from collections.abc import Awaitable, Callable
from datetime import datetime, time, timedelta
from typing import Literal

from attrs import field, frozen

_MINUTE = 60
_HOUR = 3600
_DAY = timedelta(days=1)

Run = Callable[[], Awaitable[object]]
Scheduler = Literal["arq", "loops"]


@frozen
class Every:
    """Again and again, so many seconds after it last ended."""

    seconds: float


@frozen
class Daily:
    """Once a day, at a time of day in UTC such as ``time.fromisoformat("03:30")``."""

    at: time

    def following(self, moment: datetime) -> datetime:
        """Return the first such time after a moment, which is in UTC."""
        today = datetime.combine(moment.date(), self.at, moment.tzinfo)
        return today if today > moment else today + _DAY


When = Every | Daily


@frozen(kw_only=True)
class ScheduledTask:
    """A task of the background work; running it twice, or two at once, does no harm.

    Attributes:
        name: names it in logs, metrics and Redis.
        exclusive: whether two at once would waste much, so that one process does it while the
            others leave it alone. Only ARQ sees to that: a loop knows nothing of its likes.
    """

    name: str
    run: Run
    when: When
    exclusive: bool = False


def _all(span: int) -> frozenset[int]:
    return frozenset(range(span))


@frozen(kw_only=True)
class CronTimes:
    """The hours, minutes and seconds, in UTC, at which a cron job starts."""

    hours: frozenset[int] = field(default=_all(24))
    minutes: frozenset[int] = field(default=_all(60))
    seconds: frozenset[int] = field(default=frozenset({0}))


def cron_times(when: When) -> CronTimes:
    """Return when cron starts what is due at these times.

    Cron knows but equal parts of a minute, an hour or a day. An interval is rounded down to the
    next of them: 45 s to 30 s, 90 s to a minute, 5 h to 4 h, and what is longer to a day; what
    is shorter than a second becomes a second.
    """
    if isinstance(when, Daily):
        return CronTimes(hours=frozenset({when.at.hour}), minutes=frozenset({when.at.minute}))
    seconds = max(1, int(when.seconds))
    if seconds < _MINUTE:
        return CronTimes(seconds=_parts(60, seconds))
    if seconds < _HOUR:
        return CronTimes(minutes=_parts(60, seconds // _MINUTE))
    return CronTimes(hours=_parts(24, seconds // _HOUR), minutes=frozenset({0}))


def _parts(span: int, most: int) -> frozenset[int]:
    """Divide a span into equal parts, each as long as it may be; return where they begin."""
    length = max(n for n in range(1, span + 1) if span % n == 0 and n <= most)
    return frozenset(range(0, span, length))
