"""Time, as the core sees it: asked for, never taken."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """Return the current instant as an aware datetime in UTC."""
        ...
