"""What can be asked of engagement: pages, the newest or the most helpful first."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from enum import Enum
from typing import TypeVar

from attrs import field, frozen

from events_face_core.engagement.model import Comment, Favorite, ReviewThread
from events_face_core.kernel import DEFAULT_PAGE, GUEST, Actor, Cursor, Page, check_limit

Item = TypeVar("Item")


@frozen(kw_only=True)
class Position:
    """Where in a list an entry stands.

    Attributes:
        helpful_count: counts only where the most helpful come first.
    """

    created_at: datetime
    id: str
    helpful_count: int = 0


@frozen(kw_only=True)
class Window:
    """Which page of a list is asked for."""

    limit: int = field(default=DEFAULT_PAGE, converter=check_limit)
    cursor: Cursor[Position] | None = None


class ReviewOrdering(Enum):
    """The order of reviews. Ties are broken by time and id, so the order is total."""

    NEWEST = "-created_at"
    HELPFUL = "-helpful"


@frozen(kw_only=True)
class ReviewQuestion:
    """A question for reviews.

    Attributes:
        event_id: of this event; of all where there is none.
        viewer: who asks: it is shown what this person may see.
    """

    event_id: str | None = None
    viewer: Actor = GUEST
    ordering: ReviewOrdering = ReviewOrdering.NEWEST
    window: Window = field(factory=Window)


FavoritePage = Page[Favorite, Position]
ReviewPage = Page[ReviewThread, Position]
CommentPage = Page[Comment, Position]


def position_of(entry: Favorite | Comment) -> Position:
    """Return where an entry stands among the newest."""
    return Position(created_at=entry.created_at, id=entry.id)


def position_of_review(thread: ReviewThread) -> Position:
    """Return where a review stands, in either order."""
    review = thread.review
    return Position(created_at=review.created_at, id=review.id, helpful_count=review.helpful_count)


def page_of(
    rows: tuple[Item, ...], window: Window, position: Callable[[Item], Position]
) -> Page[Item, Position]:
    """Make a page of up to ``limit + 1`` entries, read from the cursor in its own direction.

    The one too many tells that there is more on that side; on the side that the cursor came
    from there always is.
    """
    cursor = window.cursor
    backwards = cursor is not None and cursor.backwards
    more = len(rows) > window.limit
    items = rows[: window.limit]
    if backwards:
        items = items[::-1]
    has_next, has_previous = (cursor is not None, more) if backwards else (more, cursor is not None)
    return Page(
        items=items,
        next=Cursor(place=position(items[-1])) if items and has_next else None,
        previous=Cursor(place=position(items[0]), backwards=True)
        if items and has_previous
        else None,
    )
