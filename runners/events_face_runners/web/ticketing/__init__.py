"""Own events, bookings and categories over HTTP (accounts-and-ticketing)."""

from events_face_runners.web.ticketing.handlers import ticketing_handlers
from events_face_runners.web.ticketing.own_event_api import OwnEventApi
from events_face_runners.web.ticketing.own_event_cache import OwnEventCache, own_event_weight
from events_face_runners.web.ticketing.routes import ROUTES
from events_face_runners.web.ticketing.schemas import OwnEventView
from events_face_runners.web.ticketing.written_events import WrittenOwnEvents

__all__ = [
    "ROUTES",
    "OwnEventApi",
    "OwnEventCache",
    "OwnEventView",
    "WrittenOwnEvents",
    "own_event_weight",
    "ticketing_handlers",
]
