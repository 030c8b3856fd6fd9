"""How options are read."""

from datetime import UTC, date, datetime, timedelta

import typer

from events_face_core.kernel import in_utc
from events_face_runners.wiring.durations import parse_duration


def duration(text: str | timedelta) -> timedelta:
    """Return a duration such as 90s or 7d; typer hands defaults over as they are."""
    try:
        return text if isinstance(text, timedelta) else parse_duration(text)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error


def day(text: str) -> date:
    """Return a day such as 2026-01-31."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter("must be a day such as 2026-01-31") from error


def moment(text: str) -> datetime:
    """Return a day or a time, in UTC; one without an offset is taken so."""
    try:
        value = datetime.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter("must be a day or a time such as 2026-01-31T18:00Z") from error
    return in_utc(value if value.tzinfo is not None else value.replace(tzinfo=UTC))
