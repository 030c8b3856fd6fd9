"""What the aggregator can answer to a registration, in our words."""

from attrs import frozen

from events_face_core.registration.model import Reason


@frozen(kw_only=True)
class Registered:
    """It holds a place under this ticket."""

    ticket_id: str


@frozen(kw_only=True)
class AlreadyRegisteredThere:
    """It has a registration of this visitor for this event, and does not say which ticket."""


@frozen(kw_only=True)
class Refused:
    """It will never register this visitor for this event as asked.

    Attributes:
        detail: its own words, for the log.
    """

    reason: Reason
    detail: str = ""


Answer = Registered | AlreadyRegisteredThere | Refused


@frozen(kw_only=True)
class TakenBack:
    """The place is free again, or was never held."""


@frozen(kw_only=True)
class NotTakenBack:
    """It will never give the place back as asked; the detail is its own words."""

    detail: str


TakeBackAnswer = TakenBack | NotTakenBack
