"""The rules of engagement that can be broken."""

from events_face_core.kernel import ErrorKind, EventsFaceError


class EventUnknownError(EventsFaceError):
    """There is no such event in the catalogue."""

    kind = ErrorKind.NOT_FOUND
    slug = "event-not-found"
    title = "The event was not found"

    def __init__(self) -> None:
        super().__init__("There is no event with this id, or it ended long ago.")


class FavoriteNotFoundError(EventsFaceError):
    """The event was a favorite, and is none any more."""

    kind = ErrorKind.NOT_FOUND
    slug = "favorite-not-found"
    title = "The favorite was not found"

    def __init__(self) -> None:
        super().__init__("This favorite was removed since.")


class ReviewNotAllowedError(EventsFaceError):
    """Only those review an event who attended it."""

    kind = ErrorKind.CONFLICT
    slug = "review-not-allowed"
    title = "Only those who attended may review an event"

    def __init__(self) -> None:
        super().__init__("A review takes a confirmed booking, and the event must be over.")


class AlreadyReviewedError(EventsFaceError):
    """The person reviewed this event before."""

    kind = ErrorKind.CONFLICT
    slug = "already-reviewed"
    title = "You reviewed this event already"

    def __init__(self) -> None:
        super().__init__("There is one review for each person and event: change yours instead.")


class OwnReviewError(EventsFaceError):
    """Nobody finds their own review helpful."""

    kind = ErrorKind.CONFLICT
    slug = "own-review"
    title = "This is your own review"

    def __init__(self) -> None:
        super().__init__("Whether it is helpful is for others to say.")


class TooManyRepliesError(EventsFaceError):
    """The review has all the replies that one may have: they are shown with it, all at once."""

    kind = ErrorKind.CONFLICT
    slug = "too-many-replies"
    title = "The review has too many replies"

    def __init__(self, most: int) -> None:
        super().__init__(f"A review has {most} replies at most.")


class ReviewNotFoundError(EventsFaceError):
    """There is no such review for whoever asks."""

    kind = ErrorKind.NOT_FOUND
    slug = "review-not-found"
    title = "The review was not found"

    def __init__(self) -> None:
        super().__init__("There is no review of yours with this id, or none that you may see.")


class CommentNotFoundError(EventsFaceError):
    """There is no such comment for whoever asks."""

    kind = ErrorKind.NOT_FOUND
    slug = "comment-not-found"
    title = "The comment was not found"

    def __init__(self) -> None:
        super().__init__("There is no comment of yours with this id.")
