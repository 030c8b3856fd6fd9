"""``/api/reviews``."""

from aiohttp import web

from events_face_core.engagement import (
    ChangeReview,
    FindHelpful,
    ModerateReview,
    ReplyToReview,
    ReviewOrdering,
    ReviewQuestion,
    ReviewStatus,
    ReviewThread,
    WriteReview,
)
from events_face_core.kernel import Actor, Role
from events_face_runners.web.actors import read_actor
from events_face_runners.web.engagement.paging import read_page, read_values
from events_face_runners.web.engagement.reading import (
    SIGNED_IN,
    admitted,
    answer,
    known_id,
    read_own_key,
)
from events_face_runners.web.engagement.schemas import (
    ModerationRequest,
    ReplyRequest,
    ReviewChangeRequest,
    ReviewListView,
    ReviewRequest,
    reply_view,
    review_view,
)
from events_face_runners.web.problems import bad_query
from events_face_runners.web.reading import read_body, read_id
from events_face_runners.wiring.engagement import Engagement

_PATH = "/api/reviews"


class ReviewsApi:
    """Reviews: everybody reads, those who attended write, organisers reply, admins moderate."""

    def __init__(self, engagement: Engagement) -> None:
        self._engagement = engagement

    async def list_visible(self, request: web.Request) -> web.Response:
        """Answer ``GET /api/reviews``."""
        viewer = await read_actor(request)
        filters = read_values(request, "event_id", "ordering")
        ordering = _ordering(filters.get("ordering"))
        asked = read_page(request, _PATH, f"reviews {ordering.value}", filters)
        page = await self._engagement.queries.reviews(
            ReviewQuestion(
                event_id=filters.get("event_id"),
                viewer=viewer,
                ordering=ordering,
                window=asked.window,
            )
        )
        return answer(
            200,
            ReviewListView(
                next=asked.reference(page.next),
                previous=asked.reference(page.previous),
                results=[review_view(thread) for thread in page.items],
            ),
        )

    async def show(self, request: web.Request) -> web.Response:
        """Answer ``GET /api/reviews/{review_id}``."""
        viewer = await read_actor(request)
        return await self._shown(read_id(request, "review_id"), viewer)

    async def write(self, request: web.Request) -> web.Response:
        """Answer ``POST /api/reviews``."""
        actor = await admitted(request, *SIGNED_IN)
        wish = await read_body(request, ReviewRequest)
        review = await self._engagement.write_review(
            WriteReview(
                actor=actor,
                event_id=known_id(wish.event_id),
                rating=wish.rating,
                content=wish.content,
                idempotency_key=read_own_key(request, actor, wish),
            )
        )
        location = f"{_PATH}/{review.id}"
        return answer(201, review_view(ReviewThread(review=review)), {"Location": location})

    async def change(self, request: web.Request) -> web.Response:
        """Answer ``PUT /api/reviews/{review_id}``."""
        actor = await admitted(request, *SIGNED_IN)
        review_id = read_id(request, "review_id")
        wish = await read_body(request, ReviewChangeRequest)
        await self._engagement.change_review(
            ChangeReview(actor=actor, review_id=review_id, rating=wish.rating, content=wish.content)
        )
        return await self._shown(review_id, actor)

    async def reply(self, request: web.Request) -> web.Response:
        """Answer ``POST /api/reviews/{review_id}/replies``."""
        actor = await admitted(request, Role.ORGANIZER)
        review_id = read_id(request, "review_id")
        wish = await read_body(request, ReplyRequest)
        reply = await self._engagement.reply_to_review(
            ReplyToReview(
                actor=actor,
                review_id=review_id,
                content=wish.content,
                idempotency_key=read_own_key(request, actor, wish),
            )
        )
        return answer(201, reply_view(reply))

    async def find_helpful(self, request: web.Request) -> web.Response:
        """Answer ``POST /api/reviews/{review_id}/helpful``."""
        actor = await admitted(request, *SIGNED_IN)
        review_id = read_id(request, "review_id")
        await self._engagement.find_helpful(FindHelpful(actor=actor, review_id=review_id))
        return await self._shown(review_id, actor)

    async def moderate(self, request: web.Request) -> web.Response:
        """Answer ``POST /api/reviews/{review_id}/moderate``."""
        actor = await admitted(request, Role.ADMIN)
        review_id = read_id(request, "review_id")
        wish = await read_body(request, ModerationRequest)
        await self._engagement.moderate_review(
            ModerateReview(actor=actor, review_id=review_id, status=ReviewStatus(wish.status))
        )
        return await self._shown(review_id, actor)

    async def _shown(self, review_id: str, viewer: Actor) -> web.Response:
        return answer(200, review_view(await self._engagement.queries.review(review_id, viewer)))


def _ordering(written: str | None) -> ReviewOrdering:
    try:
        return ReviewOrdering.NEWEST if written is None else ReviewOrdering(written)
    except ValueError as error:
        allowed = " or ".join(ordering.value for ordering in ReviewOrdering)
        raise bad_query("ordering", f"must be {allowed}") from error
