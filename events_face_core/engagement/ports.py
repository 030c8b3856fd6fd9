"""What engagement needs from outside."""

from __future__ import annotations

from typing import Protocol

from events_face_core.engagement.listing import (
    CommentPage,
    FavoritePage,
    ReviewPage,
    ReviewQuestion,
    Window,
)
from events_face_core.engagement.model import (
    Comment,
    Favorite,
    Rating,
    Reply,
    Review,
    ReviewThread,
)
from events_face_core.kernel import IdempotencyKeys, Transaction


class Attendance(Protocol):
    """Knows who was at which event."""

    async def attended(self, user_id: str, event_id: str) -> bool:
        """Tell whether the person has a confirmed booking, and the event is over."""
        ...


class KnownEvents(Protocol):
    """Knows the events that everybody can see."""

    async def exists(self, event_id: str) -> bool:
        """Tell whether there is such an event in the catalogue, our own or mirrored."""
        ...


class EventOwners(Protocol):
    """Knows whose the events are."""

    async def organizer_of(self, event_id: str) -> str | None:
        """Return the id of the organiser's account; nothing for an event that is not our own."""
        ...


class Favorites(Protocol):
    """The repository of favorites, inside one transaction."""

    async def add(self, favorite: Favorite) -> Favorite:
        """Insert a favorite; return the one that stands, which may have been there before."""
        ...

    async def find(self, user_id: str, event_id: str) -> Favorite | None:
        """Return a person's favorite."""
        ...

    async def remove(self, user_id: str, event_id: str) -> Favorite | None:
        """Delete a person's favorite; return it, if it was there."""
        ...

    async def forget(self, user_id: str) -> int:
        """Delete all favorites of a person; return how many went."""
        ...


class Reviews(Protocol):
    """The repository of reviews with what others make of them, inside one transaction."""

    async def find(self, review_id: str) -> Review | None:
        """Return a review, locked until the transaction ends."""
        ...

    async def add(self, review: Review) -> None:
        """Insert a review.

        Raises:
            AlreadyReviewedError: another one of the same person and event got in first.
        """
        ...

    async def save(self, review: Review) -> None:
        """Replace rating, text and status of a review that was loaded in this transaction."""
        ...

    async def mark_helpful(self, review_id: str, user_id: str) -> bool:
        """Count a review that was loaded as helpful to a person; tell whether it is the first time.

        Counted and remembered together: however often and at once, each person counts once.
        """
        ...

    async def add_reply(self, reply: Reply) -> None:
        """Insert a reply to a review."""
        ...

    async def count_replies(self, review_id: str) -> int:
        """Return how many replies a review has that was loaded."""
        ...

    async def find_reply(self, reply_id: str) -> Reply | None:
        """Return a reply."""
        ...

    async def forget(self, user_id: str) -> int:
        """Take a person out of reviews, replies and marks; return how many were touched.

        What was written and counted stays.
        """
        ...


class Comments(Protocol):
    """The repository of comments, inside one transaction."""

    async def add(self, comment: Comment) -> None:
        """Insert a comment."""
        ...

    async def find(self, comment_id: str) -> Comment | None:
        """Return a comment, locked until the transaction ends."""
        ...

    async def remove(self, comment_id: str) -> None:
        """Delete a comment."""
        ...

    async def forget(self, user_id: str) -> int:
        """Take a person out of the comments, which stay; return how many were touched."""
        ...


class EngagementTransaction(Transaction, Protocol):
    """What the use cases of engagement find in a transaction."""

    @property
    def favorites(self) -> Favorites:
        """The favorites."""
        ...

    @property
    def reviews(self) -> Reviews:
        """The reviews."""
        ...

    @property
    def comments(self) -> Comments:
        """The comments."""
        ...

    @property
    def attendance(self) -> Attendance:
        """Who was where."""
        ...

    @property
    def known_events(self) -> KnownEvents:
        """The events that everybody can see."""
        ...

    @property
    def event_owners(self) -> EventOwners:
        """Whose the events are."""
        ...

    @property
    def idempotency_keys(self) -> IdempotencyKeys:
        """The idempotency keys that were used."""
        ...


class FavoriteReads(Protocol):
    """Shows favorites. Reads what is committed."""

    async def page(self, user_id: str, window: Window) -> FavoritePage:
        """Return a page of a person's favorites, the newest first."""
        ...


class RatingReads(Protocol):
    """Tells what reviews come to. Reads what is committed."""

    async def rating(self, event_id: str) -> Rating:
        """Return the rating of an event; reviews that are not active do not count."""
        ...


class ReviewReads(RatingReads, Protocol):
    """Shows reviews. Reads what is committed."""

    async def page(self, question: ReviewQuestion) -> ReviewPage:
        """Return a page of the reviews that the viewer may see."""
        ...

    async def find(self, review_id: str) -> ReviewThread | None:
        """Return one review with its replies."""
        ...


class CommentReads(Protocol):
    """Shows comments. Reads what is committed."""

    async def page(self, event_id: str, window: Window) -> CommentPage:
        """Return a page of an event's comments, the newest first."""
        ...
