"""Registration: a visitor's place at an event, decided in time."""

from events_face_core.kernel import Language
from events_face_core.registration.answers import (
    AlreadyRegisteredThere,
    Answer,
    NotTakenBack,
    Refused,
    Registered,
    TakeBackAnswer,
    TakenBack,
)
from events_face_core.registration.errors import (
    AlreadyRegisteredError,
    EventUnknownError,
    FormerPlaceHeldError,
    NoPlaceLeftError,
    RegistrationClosedError,
    RegistrationNotFoundError,
)
from events_face_core.registration.events import (
    RegistrationAccepted,
    RegistrationDecided,
    TakeBackRequested,
)
from events_face_core.registration.model import (
    Cancelled,
    Confirmed,
    EventSnapshot,
    Pending,
    Reason,
    Registration,
    Rejected,
    State,
    Visitor,
)
from events_face_core.registration.ports import (
    Places,
    RegistrableEvent,
    RegistrableEvents,
    RegistrationGateway,
    RegistrationReads,
    Registrations,
    RegistrationTransaction,
)
from events_face_core.registration.queries import RegistrationQueries
from events_face_core.registration.usecases.accept_registration import (
    AcceptRegistration,
    AcceptRegistrationHandler,
)
from events_face_core.registration.usecases.call_off import (
    CallOffRegistrations,
    CallOffRegistrationsHandler,
)
from events_face_core.registration.usecases.cancel_registration import (
    CancelRegistration,
    CancelRegistrationHandler,
)
from events_face_core.registration.usecases.reject_overdue import RejectOverdueHandler
from events_face_core.registration.usecases.send_registration import SendRegistrationHandler
from events_face_core.registration.usecases.take_back import TakeBackHandler

__all__ = [
    "AcceptRegistration",
    "AcceptRegistrationHandler",
    "AlreadyRegisteredError",
    "AlreadyRegisteredThere",
    "Answer",
    "CallOffRegistrations",
    "CallOffRegistrationsHandler",
    "CancelRegistration",
    "CancelRegistrationHandler",
    "Cancelled",
    "Confirmed",
    "EventSnapshot",
    "EventUnknownError",
    "FormerPlaceHeldError",
    "Language",
    "NoPlaceLeftError",
    "NotTakenBack",
    "Pending",
    "Places",
    "Reason",
    "Refused",
    "Registered",
    "RegistrableEvent",
    "RegistrableEvents",
    "Registration",
    "RegistrationAccepted",
    "RegistrationClosedError",
    "RegistrationDecided",
    "RegistrationGateway",
    "RegistrationNotFoundError",
    "RegistrationQueries",
    "RegistrationReads",
    "RegistrationTransaction",
    "Registrations",
    "RejectOverdueHandler",
    "Rejected",
    "SendRegistrationHandler",
    "State",
    "TakeBackAnswer",
    "TakeBackHandler",
    "TakeBackRequested",
    "TakenBack",
    "Visitor",
]
