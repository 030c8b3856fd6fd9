"""The rules of registration that can be broken."""

from events_face_core.kernel import ErrorKind, EventsFaceError


class EventUnknownError(EventsFaceError):
    """There is no such event to register for."""

    kind = ErrorKind.NOT_FOUND
    slug = "event-not-found"
    title = "The event was not found"

    def __init__(self) -> None:
        super().__init__("There is no event with this id, or it ended long ago.")


class RegistrationClosedError(EventsFaceError):
    """The event takes no registrations: it is not open, or its deadline has passed."""

    kind = ErrorKind.CONFLICT
    slug = "registration-closed"
    title = "Registration for the event is closed"

    def __init__(self) -> None:
        super().__init__("This event takes no registrations now.")


class AlreadyRegisteredError(EventsFaceError):
    """The email has a pending or confirmed registration for the event.

    Attributes:
        registration_id: the existing registration, only where the caller proved to be the one
            who made it; otherwise nothing about another person leaks.
    """

    kind = ErrorKind.CONFLICT
    slug = "already-registered"
    title = "This email is already registered for the event"

    def __init__(self, registration_id: str | None = None) -> None:
        super().__init__("There is a registration with this email for this event.")
        self.registration_id = registration_id


class RegistrationNotFoundError(EventsFaceError):
    """There is no such registration."""

    kind = ErrorKind.NOT_FOUND
    slug = "registration-not-found"
    title = "The registration was not found"

    def __init__(self) -> None:
        super().__init__("There is no registration with this id.")


class FormerPlaceHeldError(EventsFaceError):
    """The aggregator holds, or may hold, a place of an earlier one that is being taken back."""

    kind = ErrorKind.UNAVAILABLE
    slug = "former-place-held"
    title = "The place of an earlier registration is not given back yet"

    def __init__(self) -> None:
        super().__init__("The place of an earlier registration is being given back first.")


class NoPlaceLeftError(EventsFaceError):
    """The event whose places are given away here has none left."""

    kind = ErrorKind.CONFLICT
    slug = "sold-out"
    title = "There are no places left"

    def __init__(self) -> None:
        super().__init__("Every place at this event is taken.")
