"""The routes of favorites, reviews and comments."""

from events_face_runners.web.engagement.describing import (
    BAD_QUERY,
    BODY,
    EVENT_ID,
    IDEMPOTENCY_KEY,
    NO_EVENT,
    PAGING,
    path_id,
)
from events_face_runners.web.engagement.reading import SIGNED_IN
from events_face_runners.web.engagement.review_routes import REVIEW_ROUTES
from events_face_runners.web.engagement.schemas import (
    CommentListView,
    CommentRequest,
    CommentView,
    FavoriteListView,
    FavoriteRequest,
    FavoriteView,
)
from events_face_runners.web.routes import Answer, Route

_FAVORITES = (
    Route(
        method="GET",
        path="/api/favorites",
        operation_id="listFavorites",
        tag="favorites",
        summary="List one's favorites, the newest first",
        parameters=PAGING,
        roles=SIGNED_IN,
        answers={200: Answer(description="A page.", body=FavoriteListView)},
        problems=BAD_QUERY,
    ),
    Route(
        method="POST",
        path="/api/favorites",
        operation_id="addFavorite",
        tag="favorites",
        summary="Make an event a favorite",
        parameters=(IDEMPOTENCY_KEY,),
        body=FavoriteRequest,
        roles=SIGNED_IN,
        answers={
            200: Answer(description="It was a favorite already.", body=FavoriteView),
            201: Answer(description="It is a favorite now.", body=FavoriteView),
        },
        problems={**BODY, **NO_EVENT},
    ),
    Route(
        method="DELETE",
        path="/api/favorites/{event_id}",
        operation_id="removeFavorite",
        tag="favorites",
        summary="Let an event be a favorite no more; a second call changes nothing",
        parameters=(EVENT_ID,),
        roles=SIGNED_IN,
        answers={204: Answer(description="It is none.")},
        problems={404: "No id is so long."},
    ),
)

_COMMENTS = (
    Route(
        method="GET",
        path="/api/events/{event_id}/comments",
        operation_id="listComments",
        tag="comments",
        summary="List the comments on an event, the newest first",
        parameters=(EVENT_ID, *PAGING),
        answers={200: Answer(description="A page.", body=CommentListView)},
        problems={**BAD_QUERY, **NO_EVENT},
    ),
    Route(
        method="POST",
        path="/api/events/{event_id}/comments",
        operation_id="writeComment",
        tag="comments",
        summary="Comment on an event",
        parameters=(EVENT_ID, IDEMPOTENCY_KEY),
        body=CommentRequest,
        roles=SIGNED_IN,
        answers={201: Answer(description="The comment.", body=CommentView)},
        problems={**BODY, **NO_EVENT},
    ),
    Route(
        method="DELETE",
        path="/api/comments/{comment_id}",
        operation_id="deleteComment",
        tag="comments",
        summary="Delete one's own comment, or as an admin any",
        parameters=(path_id("comment_id", "The comment."),),
        roles=SIGNED_IN,
        answers={204: Answer(description="It is gone.")},
        problems={404: "There is no such comment, or it is somebody else's."},
    ),
)

ENGAGEMENT_ROUTES: tuple[Route, ...] = (*_FAVORITES, *REVIEW_ROUTES, *_COMMENTS)
"""Every operation of engagement, in the order of the documentation."""
