"""What ticketing tells the rest of the house, and the work it leaves for later."""

from typing import ClassVar

from attrs import frozen

from events_face_core.kernel import Act, Message


@frozen(kw_only=True)
class OwnEventAct(Act):
    """Something was done about an event of ours."""

    entity: ClassVar[str] = "own-event"

    event_id: str

    @property
    def entity_id(self) -> str:
        """The id of the event."""
        return self.event_id


@frozen(kw_only=True)
class OwnEventCreated(OwnEventAct):
    """A draft was made."""

    name: ClassVar[str] = "own-event.created"


@frozen(kw_only=True)
class OwnEventChanged(OwnEventAct):
    """Something other than the time of a published event was changed."""

    name: ClassVar[str] = "own-event.changed"


@frozen(kw_only=True)
class OwnEventMoved(OwnEventAct):
    """A published event takes place at another time: its holders must hear of it.

    Attributes:
        event_time: when it takes place now, in RFC 3339.
    """

    name: ClassVar[str] = "own-event.moved"

    event_time: str


@frozen(kw_only=True)
class OwnEventPublished(OwnEventAct):
    """Everybody may see the event now."""

    name: ClassVar[str] = "own-event.published"


@frozen(kw_only=True)
class OwnEventCancelled(OwnEventAct):
    """The event will not take place: its bookings end.

    Attributes:
        notify: whether the holders are to be told.
    """

    name: ClassVar[str] = "own-event.cancelled"

    notify: bool = True


@frozen(kw_only=True)
class OwnEventCompleted(OwnEventAct):
    """The event is over."""

    name: ClassVar[str] = "own-event.completed"


@frozen(kw_only=True)
class OwnEventDeleted(OwnEventAct):
    """A draft was thrown away."""

    name: ClassVar[str] = "own-event.deleted"


@frozen(kw_only=True)
class OwnEventBookingClosed(Message):
    """The deadline of a published event has come."""

    name: ClassVar[str] = "own-event.booking-closed"

    event_id: str


@frozen(kw_only=True)
class OwnEventPublicationDue(Message):
    """The time that a draft is to be published at has come, unless it was set anew.

    Attributes:
        publish_at: the time, in RFC 3339.
    """

    name: ClassVar[str] = "own-event.publication-due"

    event_id: str
    publish_at: str


@frozen(kw_only=True)
class OwnEventTurns(Message):
    """By the clock, booking for a published event may be closed now, or the event over."""

    name: ClassVar[str] = "own-event.turns"

    event_id: str


@frozen(kw_only=True)
class BookingAct(Act):
    """Something was done about a booking."""

    entity: ClassVar[str] = "booking"

    booking_id: str
    event_id: str

    @property
    def entity_id(self) -> str:
        """The id of the booking."""
        return self.booking_id


@frozen(kw_only=True)
class BookingConfirmed(BookingAct):
    """Somebody holds seats."""

    name: ClassVar[str] = "booking.confirmed"

    quantity: int = 1


@frozen(kw_only=True)
class BookingCancelled(BookingAct):
    """The seats were given back.

    Attributes:
        reason: ``event-cancelled``, ``holder-left``, or empty where somebody wished it.
        notify: whether the holder is to be told.
    """

    name: ClassVar[str] = "booking.cancelled"

    reason: str = ""
    notify: bool = True
    quantity: int = 1


@frozen(kw_only=True)
class CategoryAct(Act):
    """Something was done about a category."""

    entity: ClassVar[str] = "category"

    category_id: str

    @property
    def entity_id(self) -> str:
        """The id of the category."""
        return self.category_id


@frozen(kw_only=True)
class CategoryCreated(CategoryAct):
    """A category was made."""

    name: ClassVar[str] = "category.created"


@frozen(kw_only=True)
class CategoryChanged(CategoryAct):
    """A category was renamed or put elsewhere."""

    name: ClassVar[str] = "category.changed"
