"""What engagement tells the rest of the house: each change that somebody made."""

from typing import ClassVar

from attrs import frozen

from events_face_core.kernel import Act


@frozen(kw_only=True)
class _FavoriteAct(Act):
    """A change of somebody's favorites."""

    entity: ClassVar[str] = "favorite"

    favorite_id: str
    event_id: str

    @property
    def entity_id(self) -> str:
        """The id of the favorite."""
        return self.favorite_id


@frozen(kw_only=True)
class FavoriteAdded(_FavoriteAct):
    """An event is a favorite of somebody from now on."""

    name: ClassVar[str] = "favorite.added"


@frozen(kw_only=True)
class FavoriteRemoved(_FavoriteAct):
    """An event is a favorite no more."""

    name: ClassVar[str] = "favorite.removed"


@frozen(kw_only=True)
class ReviewAct(Act):
    """A change of a review.

    Attributes:
        event_id: the event whose rating may be another now.
    """

    entity: ClassVar[str] = "review"

    review_id: str
    event_id: str

    @property
    def entity_id(self) -> str:
        """The id of the review."""
        return self.review_id


@frozen(kw_only=True)
class ReviewWritten(ReviewAct):
    """Somebody reviewed an event."""

    name: ClassVar[str] = "review.written"

    rating: int


@frozen(kw_only=True)
class ReviewChanged(ReviewAct):
    """Its author changed a review; the rating is the new one."""

    name: ClassVar[str] = "review.changed"

    rating: int


@frozen(kw_only=True)
class ReviewModerated(ReviewAct):
    """An admin let a review pass, or rejected it.

    Attributes:
        status: ``active`` or ``rejected``.
    """

    name: ClassVar[str] = "review.moderated"

    status: str


@frozen(kw_only=True)
class ReviewReplied(ReviewAct):
    """The event's organiser, or an admin, replied to a review."""

    name: ClassVar[str] = "review.replied"

    reply_id: str


@frozen(kw_only=True)
class ReviewFoundHelpful(ReviewAct):
    """Somebody found a review helpful, for the first time."""

    name: ClassVar[str] = "review.found-helpful"


@frozen(kw_only=True)
class _CommentAct(Act):
    """A change of the discussion under an event."""

    entity: ClassVar[str] = "comment"

    comment_id: str
    event_id: str

    @property
    def entity_id(self) -> str:
        """The id of the comment."""
        return self.comment_id


@frozen(kw_only=True)
class CommentWritten(_CommentAct):
    """Somebody commented on an event."""

    name: ClassVar[str] = "comment.written"


@frozen(kw_only=True)
class CommentDeleted(_CommentAct):
    """Its author or an admin deleted a comment."""

    name: ClassVar[str] = "comment.deleted"


@frozen(kw_only=True)
class PersonForgotten(Act):
    """Nothing that engagement keeps leads to this person any more.

    Attributes:
        user_id: the account that was deleted.
    """

    name: ClassVar[str] = "engagement.person-forgotten"
    entity: ClassVar[str] = "person"

    user_id: str

    @property
    def entity_id(self) -> str:
        """The id of the account."""
        return self.user_id
