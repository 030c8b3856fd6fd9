"""What engagement is told where there are no events of our own: nobody attended, nobody owns."""

from __future__ import annotations

from attrs import frozen


@frozen
class NobodyAttended:
    """``Attendance`` where nobody can book."""

    async def attended(self, user_id: str, event_id: str) -> bool:  # noqa: ARG002  # of nobody
        """Tell that the person was not there."""
        return False


@frozen
class NobodyOrganizes:
    """``EventOwners`` where all events are somebody else's."""

    async def organizer_of(self, event_id: str) -> str | None:  # noqa: ARG002  # of no event
        """Tell that it is no event of our own."""
        return None
