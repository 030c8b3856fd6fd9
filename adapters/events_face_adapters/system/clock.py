"""The time of the operating system."""

from datetime import UTC, datetime


class SystemClock:
    """The core's ``Clock``."""

    def now(self) -> datetime:
        """Return the current instant as an aware datetime in UTC."""
        return datetime.now(UTC)
