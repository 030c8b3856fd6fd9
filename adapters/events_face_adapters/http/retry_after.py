"""The ``Retry-After`` header (RFC 9110, 10.2.3)."""

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

LONGEST_RETRY_AFTER = timedelta(minutes=10)
"""A service that asks for more is asked again after this long: its mistake must not silence us."""

_SECONDS = re.compile(r"[0-9]+")
_MOST_DIGITS = 9


def retry_after(value: str | None, now: datetime) -> timedelta | None:
    """Return how long a service asks to be left alone, at most ``LONGEST_RETRY_AFTER``.

    Args:
        value: the header, in seconds or as an HTTP date; none where it is absent.
        now: the current instant, aware.

    Returns:
        Nothing where the header is absent, unreadable or speaks of the past.
    """
    text = (value or "").strip()
    if _SECONDS.fullmatch(text):
        # More digits than these are longer than the longest wait, and may not fit a timedelta.
        wait = timedelta(seconds=int(text.lstrip("0")[:_MOST_DIGITS] or "0"))
        return min(wait, LONGEST_RETRY_AFTER)
    until = _http_date(text)
    if until is None or until < now:
        return None
    return min(until - now, LONGEST_RETRY_AFTER)


def _http_date(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    # HTTP dates are in GMT by definition, also where the sender left the zone out.
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
