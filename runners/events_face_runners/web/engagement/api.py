"""The handlers of engagement, by their operations."""

from collections.abc import Mapping
from datetime import timedelta

from events_face_runners.web.engagement.comments import CommentsApi
from events_face_runners.web.engagement.favorites import FavoritesApi
from events_face_runners.web.engagement.reviews import ReviewsApi
from events_face_runners.web.limits import limited
from events_face_runners.web.routes import Handler
from events_face_runners.wiring.engagement import Engagement


def engagement_handlers(engagement: Engagement, limit: timedelta) -> Mapping[str, Handler]:
    """Return what answers the routes of engagement, within a time limit."""
    favorites = FavoritesApi(engagement)
    reviews = ReviewsApi(engagement)
    comments = CommentsApi(engagement)
    handlers: dict[str, Handler] = {
        "listFavorites": favorites.list_own,
        "addFavorite": favorites.add,
        "removeFavorite": favorites.remove,
        "listReviews": reviews.list_visible,
        "showReview": reviews.show,
        "writeReview": reviews.write,
        "changeReview": reviews.change,
        "replyToReview": reviews.reply,
        "findReviewHelpful": reviews.find_helpful,
        "moderateReview": reviews.moderate,
        "listComments": comments.list_all,
        "writeComment": comments.write,
        "deleteComment": comments.delete,
    }
    return {operation: limited(handler, limit) for operation, handler in handlers.items()}
