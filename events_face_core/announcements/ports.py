"""What announcements need from outside."""

from __future__ import annotations

from typing import Protocol

from events_face_core.announcements.model import Announcement


class Announcer(Protocol):
    """Tells other systems.

    Announcements of one subject reach each of them in the order of the calls, as long as a
    call begins after the one before it ended.
    """

    async def announce(self, announcement: Announcement) -> None:
        """Tell; when it returns, the announcement will not be lost.

        Raises:
            DependencyUnavailableError: nobody may have been told; telling again is harmless.
        """
        ...
