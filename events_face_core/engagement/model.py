"""What people say of events: favorites, reviews with replies, comments."""

from __future__ import annotations

from datetime import datetime
from enum import Enum

from attrs import evolve, field, frozen

from events_face_core.kernel import Actor, InvalidInputError, one_line

LEAST_RATING = 1
GREATEST_RATING = 5
LONGEST_TEXT = 5000


class ReviewStatus(Enum):
    """Where a review stands. ``pending`` is for moderation before the review is shown."""

    PENDING = "pending"
    ACTIVE = "active"
    REJECTED = "rejected"


def rating_of(value: int) -> int:
    """Return the rating; or raise ``InvalidInputError`` outside 1 to 5."""
    if not LEAST_RATING <= value <= GREATEST_RATING:
        raise InvalidInputError("rating", f"must be from {LEAST_RATING} to {GREATEST_RATING}")
    return value


def plain_text(value: str) -> str:
    """Return a text of several lines, exactly as it was given.

    It is text and nothing else: markup in it means nothing, and is kept.

    Raises:
        InvalidInputError: it is empty, longer than 5000 characters, or holds control characters
            other than line feeds and tabs.
    """
    if len(value) > LONGEST_TEXT:
        raise InvalidInputError("content", f"must be at most {LONGEST_TEXT} characters long")
    one_line("content", value.replace("\n", " ").replace("\t", " "), longest=LONGEST_TEXT)
    return value


def optional_text(value: str | None) -> str | None:
    """Return the text as ``plain_text`` does, or nothing where nothing was written."""
    return plain_text(value) if value else None


@frozen(kw_only=True)
class Favorite:
    """An event that somebody wants to find again."""

    id: str
    user_id: str
    event_id: str
    created_at: datetime


@frozen(kw_only=True)
class Review:
    """What somebody who attended an event thinks of it.

    Attributes:
        user_id: who wrote it; nobody once the account is deleted.
        rating: 1 to 5.
        content: up to 5000 characters of plain text, if any.
        updated_at: when its author last changed it.
        helpful_count: how many people found it helpful.
    """

    id: str
    event_id: str
    user_id: str | None
    rating: int = field(converter=rating_of)
    content: str | None = field(converter=optional_text)
    created_at: datetime
    updated_at: datetime
    status: ReviewStatus = ReviewStatus.ACTIVE
    helpful_count: int = 0

    def written_by(self, actor: Actor) -> bool:
        """Tell whether this is the actor's own review."""
        return self.user_id == actor.id

    def visible_to(self, actor: Actor) -> bool:
        """Tell whether the actor may see it: one that is not active, only author and admins."""
        return self.status is ReviewStatus.ACTIVE or actor.is_admin or self.written_by(actor)

    def changed(self, rating: int, content: str | None, now: datetime) -> Review:
        """Return the review with another rating and text. A rejected one stays rejected."""
        other = evolve(self, rating=rating, content=content)
        return self if other == self else evolve(other, updated_at=now)


@frozen(kw_only=True)
class Reply:
    """What the event's organiser, or an admin, says to a review."""

    id: str
    review_id: str
    user_id: str | None
    content: str = field(converter=plain_text)
    created_at: datetime


@frozen(kw_only=True)
class ReviewThread:
    """A review with its replies, the oldest first."""

    review: Review
    replies: tuple[Reply, ...] = ()


@frozen(kw_only=True)
class Comment:
    """A contribution to the discussion under an event."""

    id: str
    event_id: str
    user_id: str | None
    content: str = field(converter=plain_text)
    created_at: datetime

    def may_be_deleted_by(self, actor: Actor) -> bool:
        """Tell whether the actor may delete it: its author and admins may."""
        return actor.is_admin or self.user_id == actor.id


@frozen(kw_only=True)
class Rating:
    """What all active reviews of an event come to.

    Attributes:
        average: from 1 to 5, to two decimals; nothing without a review.
    """

    average: float | None = None
    count: int = 0


def rating_from(total: int, count: int) -> Rating:
    """Return the rating of so many reviews with this sum of ratings."""
    return Rating(average=round(total / count, 2), count=count) if count else Rating()
