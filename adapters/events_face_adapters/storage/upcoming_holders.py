"""Who holds a booking for an event of ours that is near."""

from collections.abc import Sequence
from datetime import datetime

from attrs import frozen

from events_face_adapters.storage.bookings import ACTIVE
from events_face_adapters.storage.own_event_rows import with_offset
from events_face_adapters.storage.session import Session
from events_face_core.processes import UpcomingHolder

# CROSS JOIN: to PostgreSQL a join as any other, to SQLite the order to join in. The few events
# that are near come first, then the active bookings of each, by their partial index.
DUE = f"""
SELECT booking.id, account.email, account.language, account.display_name, own_event.name,
    own_event.event_time, own_event.event_offset, booking.quantity, booking.ticket_code,
    booking.created_at
FROM own_event CROSS JOIN booking CROSS JOIN account
WHERE own_event.event_time > $1 AND own_event.event_time <= $2 AND own_event.status = 'published'
    AND booking.event_id = own_event.id AND booking.{ACTIVE} AND booking.id > $3
    AND account.id = booking.user_id AND account.deleted_at IS NULL AND account.email <> ''
ORDER BY booking.id LIMIT $4
"""  # noqa: S608  # constants
"""Takes the start, the end, the booking to begin after, and how many."""


@frozen
class StoredUpcomingHolders:
    """``UpcomingHolders``."""

    session: Session

    async def due(
        self, start: datetime, end: datetime, *, after: str, limit: int
    ) -> Sequence[UpcomingHolder]:
        """Return active bookings for published events that are near."""
        rows = await self.session.fetch(DUE, start, end, after, limit)
        return [
            UpcomingHolder(
                booking_id=row[0],
                email=row[1],
                language=row[2],
                display_name=row[3] or row[1],
                event_name=row[4],
                event_time=with_offset(self.session.instant(row[5]), row[6]),
                quantity=row[7],
                ticket_code=row[8],
                booked_at=self.session.instant(row[9]),
            )
            for row in rows
        ]
