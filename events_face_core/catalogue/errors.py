"""The rules of the catalogue that can be broken."""

from events_face_core.kernel import ErrorKind, EventsFaceError


class EventNotFoundError(EventsFaceError):
    """There is no such event, or it was purged."""

    kind = ErrorKind.NOT_FOUND
    slug = "event-not-found"
    title = "The event was not found"

    def __init__(self) -> None:
        super().__init__("There is no event with this id, or it ended long ago.")


class SourceBrokenError(EventsFaceError):
    """The event source broke the contract in a way that a repetition will not mend."""

    kind = ErrorKind.UNAVAILABLE
    slug = "event-source-broken"
    title = "The event source answers against its contract"
