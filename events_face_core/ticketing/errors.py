"""The rules of ticketing that can be broken."""

from events_face_core.kernel import ErrorKind, EventsFaceError


class OwnEventNotFoundError(EventsFaceError):
    """There is no such event of ours, or it is somebody else's draft."""

    kind = ErrorKind.NOT_FOUND
    slug = "event-not-found"
    title = "The event was not found"

    def __init__(self) -> None:
        super().__init__("There is no event of ours with this id.")


class BookingNotFoundError(EventsFaceError):
    """There is no such booking, or it is somebody else's."""

    kind = ErrorKind.NOT_FOUND
    slug = "booking-not-found"
    title = "The booking was not found"

    def __init__(self) -> None:
        super().__init__("You have no booking with this id.")


class NoTicketError(EventsFaceError):
    """The booking is not confirmed any more, or its event is cancelled: it admits nobody."""

    kind = ErrorKind.CONFLICT
    slug = "booking-not-confirmed"
    title = "The booking has no ticket"

    def __init__(self) -> None:
        super().__init__("There is a ticket only while the booking is confirmed.")


class DocumentsUnavailableError(EventsFaceError):
    """Tickets cannot be made into documents here."""

    kind = ErrorKind.UNAVAILABLE
    slug = "documents-unavailable"
    title = "Tickets cannot be made now"


class CategoryNotFoundError(EventsFaceError):
    """There is no such category."""

    kind = ErrorKind.NOT_FOUND
    slug = "category-not-found"
    title = "The category was not found"

    def __init__(self) -> None:
        super().__init__("There is no category with this id.")


class SoldOutError(EventsFaceError):
    """Fewer seats are left than were asked for.

    Attributes:
        available_seats: how many are left.
    """

    kind = ErrorKind.CONFLICT
    slug = "sold-out"
    title = "There are not enough seats left"

    def __init__(self, available_seats: int) -> None:
        super().__init__(f"There are {available_seats} seats left.")
        self.available_seats = available_seats


class AlreadyBookedError(EventsFaceError):
    """The person has an active booking for the event."""

    kind = ErrorKind.CONFLICT
    slug = "already-booked"
    title = "You have a booking for this event"

    def __init__(self) -> None:
        super().__init__("Cancel your booking for this event before you make another.")


class BookingClosedError(EventsFaceError):
    """The event takes no bookings: its deadline has come, or it will not take place."""

    kind = ErrorKind.CONFLICT
    slug = "booking-closed"
    title = "Booking for the event is closed"

    def __init__(self) -> None:
        super().__init__("This event takes no bookings now.")


class CapacityBelowBookedError(EventsFaceError):
    """More seats are booked than the new capacity has."""

    kind = ErrorKind.CONFLICT
    slug = "capacity-below-booked"
    title = "The capacity is below what is booked"

    def __init__(self) -> None:
        super().__init__("More seats than that are booked already.")


class NotADraftError(EventsFaceError):
    """Only a draft can be published or deleted."""

    kind = ErrorKind.CONFLICT
    slug = "event-not-draft"
    title = "The event is not a draft"

    def __init__(self) -> None:
        super().__init__("Only a draft can be published or deleted.")


class NotPublishedError(EventsFaceError):
    """Only a published event can be cancelled."""

    kind = ErrorKind.CONFLICT
    slug = "event-not-published"
    title = "The event is not published"

    def __init__(self) -> None:
        super().__init__("Only a published event can be cancelled; delete a draft.")


class EventEndedError(EventsFaceError):
    """The event is cancelled or over: nothing changes about it any more."""

    kind = ErrorKind.CONFLICT
    slug = "event-ended"
    title = "The event is cancelled or over"

    def __init__(self) -> None:
        super().__init__("An event that is cancelled or over is not changed or published.")


class VersionRequiredError(EventsFaceError):
    """Whoever changes an event must say which version of it they saw."""

    kind = ErrorKind.UNCONDITIONAL
    slug = "precondition-required"
    title = "The version is required"

    def __init__(self) -> None:
        super().__init__("Send the ETag of the version that you want to change as If-Match.")


class CategoryNameTakenError(EventsFaceError):
    """Another category has this name."""

    kind = ErrorKind.CONFLICT
    slug = "category-name-taken"
    title = "There is a category with this name"

    def __init__(self) -> None:
        super().__init__("Another category has this name.")


class CategoryCycleError(EventsFaceError):
    """A category cannot stand below itself."""

    kind = ErrorKind.CONFLICT
    slug = "category-cycle"
    title = "A category cannot stand below itself"

    def __init__(self) -> None:
        super().__init__("The parent is this category, or stands below it.")
