"""The routes of reviews."""

from events_face_core.engagement import ReviewOrdering
from events_face_core.kernel import Role
from events_face_runners.web.engagement.describing import (
    BAD_QUERY,
    BODY,
    IDEMPOTENCY_KEY,
    NO_EVENT,
    PAGING,
    TEXT,
    path_id,
)
from events_face_runners.web.engagement.reading import SIGNED_IN
from events_face_runners.web.engagement.schemas import (
    ModerationRequest,
    ReplyRequest,
    ReplyView,
    ReviewChangeRequest,
    ReviewListView,
    ReviewRequest,
    ReviewView,
)
from events_face_runners.web.routes import Answer, Parameter, Route

_BAD_TOKEN = {401: "The access token is not taken; none is needed."}
_NO_REVIEW = {404: "There is no such review, it is somebody else's, or it may not be seen."}
_REVIEW_ID = path_id("review_id", "The review.")
_QUESTION = (
    Parameter(name="event_id", place="query", description="Of this event only.", schema=TEXT),
    Parameter(
        name="ordering",
        place="query",
        description="The newest first, or the most helpful; ties are broken by time and id.",
        schema={
            "type": "string",
            "enum": [ordering.value for ordering in ReviewOrdering],
            "default": ReviewOrdering.NEWEST.value,
        },
    ),
)

REVIEW_ROUTES: tuple[Route, ...] = (
    Route(
        method="GET",
        path="/api/reviews",
        operation_id="listReviews",
        tag="reviews",
        summary="List reviews; rejected ones are shown to their authors and to admins",
        parameters=(*_QUESTION, *PAGING),
        answers={200: Answer(description="A page.", body=ReviewListView)},
        problems={**BAD_QUERY, **_BAD_TOKEN},
    ),
    Route(
        method="POST",
        path="/api/reviews",
        operation_id="writeReview",
        tag="reviews",
        summary="Review an event that one attended",
        parameters=(IDEMPOTENCY_KEY,),
        body=ReviewRequest,
        roles=SIGNED_IN,
        answers={
            201: Answer(
                description="The review.",
                body=ReviewView,
                headers={"Location": "Where it is shown."},
            )
        },
        problems={
            **BODY,
            **NO_EVENT,
            409: "The person did not attend, the event is not over, or there is a review already.",
        },
    ),
    Route(
        method="GET",
        path="/api/reviews/{review_id}",
        operation_id="showReview",
        tag="reviews",
        summary="Show one review",
        parameters=(_REVIEW_ID,),
        answers={200: Answer(description="The review.", body=ReviewView)},
        problems={**_NO_REVIEW, **_BAD_TOKEN},
    ),
    Route(
        method="PUT",
        path="/api/reviews/{review_id}",
        operation_id="changeReview",
        tag="reviews",
        summary="Change one's own review",
        parameters=(_REVIEW_ID,),
        body=ReviewChangeRequest,
        roles=SIGNED_IN,
        answers={200: Answer(description="The review as it is now.", body=ReviewView)},
        problems={**BODY, **_NO_REVIEW},
    ),
    Route(
        method="POST",
        path="/api/reviews/{review_id}/replies",
        operation_id="replyToReview",
        tag="reviews",
        summary="Reply to a review of one's own event",
        parameters=(_REVIEW_ID, IDEMPOTENCY_KEY),
        body=ReplyRequest,
        roles=(Role.ORGANIZER, Role.ADMIN),
        answers={201: Answer(description="The reply.", body=ReplyView)},
        problems={**BODY, **_NO_REVIEW, 409: "The review has as many replies as one may have."},
    ),
    Route(
        method="POST",
        path="/api/reviews/{review_id}/helpful",
        operation_id="findReviewHelpful",
        tag="reviews",
        summary="Find somebody else's review helpful; each person counts once",
        parameters=(_REVIEW_ID,),
        roles=SIGNED_IN,
        answers={200: Answer(description="The review with its count.", body=ReviewView)},
        problems={**_NO_REVIEW, 409: "It is one's own review."},
    ),
    Route(
        method="POST",
        path="/api/reviews/{review_id}/moderate",
        operation_id="moderateReview",
        tag="reviews",
        summary="Let a review pass, or reject it",
        parameters=(_REVIEW_ID,),
        body=ModerationRequest,
        roles=(Role.ADMIN,),
        answers={200: Answer(description="The review as it stands.", body=ReviewView)},
        problems={**BODY, **_NO_REVIEW},
    ),
)
