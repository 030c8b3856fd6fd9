"""The shapes of favorites, reviews and comments on the wire."""

from datetime import UTC, datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from events_face_core.engagement import (
    GREATEST_RATING,
    LEAST_RATING,
    LONGEST_TEXT,
    Comment,
    Favorite,
    Reply,
    ReviewThread,
)

Moment = Annotated[datetime, Meta(tz=True)]
EventId = Annotated[str, Meta(min_length=1, max_length=200)]
Text = Annotated[str, Meta(min_length=1, max_length=LONGEST_TEXT)]
OptionalText = Annotated[str, Meta(max_length=LONGEST_TEXT)] | None
Stars = Annotated[int, Meta(ge=LEAST_RATING, le=GREATEST_RATING, examples=[5])]
ReviewStatusName = Literal["pending", "active", "rejected"]


class FavoriteRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which event is to be a favorite."""

    event_id: EventId


class FavoriteView(msgspec.Struct, frozen=True):
    """An event that somebody wants to find again."""

    event_id: str
    user_id: str
    created_at: Moment


class FavoriteListView(msgspec.Struct, frozen=True):
    """A page of one's favorites; ``next`` and ``previous`` are relative references."""

    next: str | None
    previous: str | None
    results: list[FavoriteView]


class ReviewRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What somebody thinks of an event, in plain text."""

    event_id: EventId
    rating: Stars
    content: OptionalText = None


class ReviewChangeRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the author thinks of it now; without a text there is none any more."""

    rating: Stars
    content: OptionalText = None


class ReplyRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the organiser says to a review, in plain text."""

    content: Text


class ModerationRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whether a review is shown."""

    status: Literal["active", "rejected"]


class CommentRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A contribution to a discussion, in plain text."""

    content: Text


class ReplyView(msgspec.Struct, frozen=True):
    """A reply to a review; of a deleted account there is no ``user_id``."""

    id: str
    review_id: str
    user_id: str | None
    content: str
    created_at: Moment


class ReviewView(msgspec.Struct, frozen=True):
    """A review; the texts are plain text: escape them wherever markup is made of them."""

    id: str
    event_id: str
    user_id: str | None
    rating: int
    content: str | None
    status: ReviewStatusName
    helpful_count: int
    created_at: Moment
    updated_at: Moment
    replies: list[ReplyView]


class ReviewListView(msgspec.Struct, frozen=True):
    """A page of reviews; ``next`` and ``previous`` are relative references."""

    next: str | None
    previous: str | None
    results: list[ReviewView]


class CommentView(msgspec.Struct, frozen=True):
    """A comment; of a deleted account there is no ``user_id``."""

    id: str
    event_id: str
    user_id: str | None
    content: str
    created_at: Moment


class CommentListView(msgspec.Struct, frozen=True):
    """A page of comments; ``next`` and ``previous`` are relative references."""

    next: str | None
    previous: str | None
    results: list[CommentView]


def favorite_view(favorite: Favorite) -> FavoriteView:
    """Lay out a favorite."""
    return FavoriteView(
        event_id=favorite.event_id,
        user_id=favorite.user_id,
        created_at=favorite.created_at.astimezone(UTC),
    )


def review_view(thread: ReviewThread) -> ReviewView:
    """Lay out a review with its replies."""
    review = thread.review
    return ReviewView(
        id=review.id,
        event_id=review.event_id,
        user_id=review.user_id,
        rating=review.rating,
        content=review.content,
        status=review.status.value,
        helpful_count=review.helpful_count,
        created_at=review.created_at.astimezone(UTC),
        updated_at=review.updated_at.astimezone(UTC),
        replies=[reply_view(reply) for reply in thread.replies],
    )


def reply_view(reply: Reply) -> ReplyView:
    """Lay out a reply."""
    return ReplyView(
        id=reply.id,
        review_id=reply.review_id,
        user_id=reply.user_id,
        content=reply.content,
        created_at=reply.created_at.astimezone(UTC),
    )


def comment_view(comment: Comment) -> CommentView:
    """Lay out a comment."""
    return CommentView(
        id=comment.id,
        event_id=comment.event_id,
        user_id=comment.user_id,
        content=comment.content,
        created_at=comment.created_at.astimezone(UTC),
    )
