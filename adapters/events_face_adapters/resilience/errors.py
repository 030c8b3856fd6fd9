"""Calls that were not made."""

from __future__ import annotations

from datetime import timedelta

from events_face_core.kernel import DependencyUnavailableError


class CallRejectedError(DependencyUnavailableError):
    """We spared the service the call: it cannot have acted on it."""

    def __init__(self, message: str, *, retry_after: timedelta | None = None) -> None:
        super().__init__(message, reached=False, retry_after=retry_after)
