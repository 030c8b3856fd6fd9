"""The handlers of ticketing's routes."""

from datetime import timedelta

from events_face_runners.web.actors import admitted
from events_face_runners.web.limits import limited
from events_face_runners.web.routes import Handler
from events_face_runners.web.ticketing.booking_api import BookingApi
from events_face_runners.web.ticketing.category_api import CategoryApi
from events_face_runners.web.ticketing.own_event_api import OwnEventApi
from events_face_runners.web.ticketing.routes import ROUTES
from events_face_runners.wiring.ticketing import Ticketing


def ticketing_handlers(
    ticketing: Ticketing, own_events: OwnEventApi, limit: timedelta
) -> dict[str, Handler]:
    """Return the handler of each route, within a time limit.

    Who may not call it hears that before anything is said of the body.
    """
    bookings, categories = BookingApi(ticketing), CategoryApi(ticketing)
    handlers: dict[str, Handler] = {
        "createEvent": own_events.create,
        "changeEvent": own_events.change,
        "publishEvent": own_events.publish,
        "cancelEvent": own_events.cancel,
        "deleteEvent": own_events.delete,
        "listOwnEvents": own_events.list_own,
        "book": bookings.book,
        "listBookings": bookings.list_bookings,
        "showBooking": bookings.show,
        "showTicket": bookings.ticket,
        "cancelBooking": bookings.cancel,
        "listCategories": categories.list_categories,
        "createCategory": categories.create,
        "changeCategory": categories.change,
    }
    roles = {route.operation_id: route.roles for route in ROUTES}
    return {
        name: limited(admitted(handler, roles[name]), limit) for name, handler in handlers.items()
    }
