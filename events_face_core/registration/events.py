"""What registration tells the rest of the house, and the work it leaves for later."""

from typing import ClassVar

from attrs import frozen

from events_face_core.kernel import Message


@frozen(kw_only=True)
class RegistrationAccepted(Message):
    """A visitor asked for a place: send it to the aggregator."""

    name: ClassVar[str] = "registration.accepted"

    registration_id: str


@frozen(kw_only=True)
class TakeBackRequested(Message):
    """The aggregator may hold a place that nobody wants: give it back there.

    Attributes:
        ticket_id: the aggregator's ticket; empty when its reply was lost and none is known.
    """

    name: ClassVar[str] = "registration.take-back-requested"

    registration_id: str
    ticket_id: str = ""


@frozen(kw_only=True)
class RegistrationDecided(Message):
    """A decision fell that the visitor must hear of: once for each decision.

    Attributes:
        status: ``confirmed``, ``rejected`` or ``cancelled``.
        reason: the slug of the reason, or empty.
    """

    name: ClassVar[str] = "registration.decided"

    registration_id: str
    status: str
    reason: str = ""
