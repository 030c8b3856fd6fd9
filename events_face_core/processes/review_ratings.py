"""Ticketing shows what people think of an event; engagement knows."""

from __future__ import annotations

from attrs import frozen

from events_face_core.engagement import RatingReads
from events_face_core.ticketing import Rating


@frozen
class ReviewRatings:
    """``Ratings`` out of the reviews."""

    reads: RatingReads

    async def of(self, event_id: str) -> Rating:
        """Return what the reviews of an event come to."""
        rating = await self.reads.rating(event_id)
        return Rating(average=rating.average, count=rating.count)
