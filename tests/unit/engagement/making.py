"""A house in which engagement lives, and people who engage, for the tests of engagement."""

from attrs import define, evolve, field, frozen

from events_face_core.engagement import (
    AddFavoriteHandler,
    AlreadyReviewedError,
    Comment,
    Favorite,
    Reply,
    Review,
    ReviewStatus,
    WriteCommentHandler,
    WriteReviewHandler,
)
from events_face_core.kernel import Actor, IdempotencyKey, Role
from events_face_core.processes import CatalogueKnownEvents
from unit.fakes import NOON, FakeHouse, FakeIds
from unit.registration.making import put_event
from unit.ticketing.tables import Table

ANNA = Actor(id="anna", role=Role.USER)
BORIS = Actor(id="boris", role=Role.USER)
OWNER = Actor(id="owner", role=Role.ORGANIZER)
OTHER_ORGANIZER = Actor(id="other", role=Role.ORGANIZER)
ADMIN = Actor(id="admin", role=Role.ADMIN)
KEY = IdempotencyKey(value="key", fingerprint="fingerprint")
OTHER_KEY = IdempotencyKey(value="key", fingerprint="other")


class FakeFavorites(Table[Favorite]):
    async def add(self, favorite: Favorite) -> Favorite:  # type: ignore[override]
        return self.all.setdefault(f"{favorite.user_id} {favorite.event_id}", favorite)

    async def find(self, user_id: str, event_id: str) -> Favorite | None:  # type: ignore[override]
        return self.all.get(f"{user_id} {event_id}")

    async def remove(self, user_id: str, event_id: str) -> Favorite | None:
        return self.all.pop(f"{user_id} {event_id}", None)

    async def forget(self, user_id: str) -> int:
        own = [key for key, favorite in self.all.items() if favorite.user_id == user_id]
        return len([self.all.pop(key) for key in own])


@frozen
class FakeReviews(Table[Review]):
    replies: dict[str, Reply] = field(factory=dict)
    marks: set[tuple[str, str]] = field(factory=set)

    async def add(self, review: Review) -> None:
        if any(
            (one.event_id, one.user_id) == (review.event_id, review.user_id)
            for one in self.all.values()
        ):
            raise AlreadyReviewedError
        await self.save(review)

    async def mark_helpful(self, review_id: str, user_id: str) -> bool:
        if (review_id, user_id) in self.marks:
            return False
        self.marks.add((review_id, user_id))
        review = self.all[review_id]
        self.all[review_id] = evolve(review, helpful_count=review.helpful_count + 1)
        return True

    async def add_reply(self, reply: Reply) -> None:
        self.replies[reply.id] = reply

    async def count_replies(self, review_id: str) -> int:
        return sum(reply.review_id == review_id for reply in self.replies.values())

    async def find_reply(self, reply_id: str) -> Reply | None:
        return self.replies.get(reply_id)

    async def forget(self, user_id: str) -> int:
        own = [review for review in self.all.values() if review.user_id == user_id]
        self.all.update((review.id, evolve(review, user_id=None)) for review in own)
        return len(own)


class FakeComments(Table[Comment]):
    async def remove(self, comment_id: str) -> None:
        del self.all[comment_id]

    async def forget(self, user_id: str) -> int:
        own = [comment for comment in self.all.values() if comment.user_id == user_id]
        self.all.update((comment.id, evolve(comment, user_id=None)) for comment in own)
        return len(own)


@frozen
class FakeAttendance:
    """Those who were there."""

    people: set[tuple[str, str]] = field(factory=set)

    async def attended(self, user_id: str, event_id: str) -> bool:
        return (user_id, event_id) in self.people


@frozen
class FakeOwners:
    owners: dict[str, str] = field(factory=dict)

    async def organizer_of(self, event_id: str) -> str | None:
        return self.owners.get(event_id)


@define
class EngagementHouse(FakeHouse):
    """A house with one event, which is the owner's, and which Anna attended."""

    favorites: FakeFavorites = field(factory=FakeFavorites)
    reviews: FakeReviews = field(factory=FakeReviews)
    comments: FakeComments = field(factory=FakeComments)
    attendance: FakeAttendance = field(factory=FakeAttendance)
    event_owners: FakeOwners = field(factory=FakeOwners)
    ids: FakeIds = field(factory=FakeIds)

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        put_event(self)
        self.attendance.people.add((ANNA.id, "event"))
        self.event_owners.owners["event"] = OWNER.id

    @property
    def known_events(self) -> CatalogueKnownEvents:
        return CatalogueKnownEvents(self.events)

    @property
    def add_favorite(self) -> AddFavoriteHandler:
        return AddFavoriteHandler(unit_of_work=self, clock=self.clock, ids=self.ids)

    @property
    def write_review(self) -> WriteReviewHandler:
        return WriteReviewHandler(unit_of_work=self, clock=self.clock, ids=self.ids)

    @property
    def write_comment(self) -> WriteCommentHandler:
        return WriteCommentHandler(unit_of_work=self, clock=self.clock, ids=self.ids)

    def put_review(self, status: ReviewStatus = ReviewStatus.ACTIVE) -> Review:
        """Put a review of Anna's into the house."""
        review = a_review(status=status)
        self.reviews.all[review.id] = review
        return review

    def put_comment(self, user_id: str = ANNA.id) -> Comment:
        """Put a comment, of Anna's unless it is said whose, into the house."""
        comment = Comment(
            id="comment", event_id="event", user_id=user_id, content="Жду!", created_at=NOON
        )
        self.comments.all[comment.id] = comment
        return comment


def a_review(
    review_id: str = "review",
    *,
    user_id: str | None = ANNA.id,
    rating: int = 4,
    status: ReviewStatus = ReviewStatus.ACTIVE,
) -> Review:
    return Review(
        id=review_id,
        event_id="event",
        user_id=user_id,
        rating=rating,
        content="Было громко.",
        created_at=NOON,
        updated_at=NOON,
        status=status,
    )
