"""Instants, as people write them and as databases keep them."""

from __future__ import annotations

from datetime import UTC, datetime

_FIRST = datetime.min.replace(tzinfo=UTC)
_LAST = datetime.max.replace(tzinfo=UTC)


def in_utc(moment: datetime) -> datetime:
    """Return an instant in UTC; one that lies outside the calendar there is the calendar's end.

    Years 1 and 9999 can be written with an offset that leads out of them, which databases do not
    take and comparisons do not need.
    """
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        return _FIRST if moment.year == _FIRST.year else _LAST
