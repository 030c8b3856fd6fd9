"""How values of the core are kept in SQLite columns."""

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def to_micros(instant: datetime) -> int:
    """Return an aware instant as microseconds since 1970."""
    return (instant - _EPOCH) // _MICROSECOND


def from_micros(value: int) -> datetime:
    """Return the instant, in UTC."""
    return _EPOCH + timedelta(microseconds=value)


def to_micros_or_none(instant: datetime | None) -> int | None:
    """Return an optional instant as microseconds since 1970."""
    return None if instant is None else to_micros(instant)


def from_micros_or_none(value: int | None) -> datetime | None:
    """Return an optional instant, in UTC."""
    return None if value is None else from_micros(value)
