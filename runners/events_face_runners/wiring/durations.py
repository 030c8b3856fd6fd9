"""Durations as people write them: ``90s``, ``60m``, ``7d``, ``1h30m``."""

import re
from datetime import timedelta

_UNITS = {
    "ms": timedelta(milliseconds=1),
    "s": timedelta(seconds=1),
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
}
_LONGEST = timedelta(days=36_525)
_PART = re.compile(r"(\d{1,9}(?:\.\d{1,6})?)(ms|s|m|h|d|w)")


def parse_duration(text: str) -> timedelta:
    """Return the duration.

    Raises:
        ValueError: the text is not a duration, has no unit, or is longer than a century.
    """
    compact = "".join(text.split()).lower()
    parts = _PART.findall(compact)
    if not parts or "".join(number + unit for number, unit in parts) != compact:
        raise ValueError(f"{text!r} is not a duration such as 30s, 60m, 1h30m or 7d")
    seconds = sum(_UNITS[unit].total_seconds() * float(number) for number, unit in parts)
    if seconds > _LONGEST.total_seconds():
        raise ValueError(f"{text!r} is longer than a century")
    return sum((_UNITS[unit] * float(number) for number, unit in parts), timedelta())


def format_duration(duration: timedelta) -> str:
    """Return the duration as ``parse_duration`` reads it."""
    rest = duration
    parts = []
    for unit in ("d", "h", "m", "s"):
        number, rest = divmod(rest, _UNITS[unit])
        if number:
            parts.append(f"{number}{unit}")
    if rest:
        parts.append(f"{rest / _UNITS['ms']:g}ms")
    return "".join(parts) or "0s"
