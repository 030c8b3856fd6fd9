"""The routes of own events, bookings and categories."""

from events_face_core.kernel import DEFAULT_PAGE, LARGEST_PAGE, Role
from events_face_core.ticketing import LONGEST_SEARCH, BookingStatus, OwnEventStatus, TicketFormat
from events_face_runners.web.routes import Answer, Parameter, Route
from events_face_runners.web.ticketing.category_schemas import (
    CategoryListView,
    CategoryRequest,
    CategoryView,
)
from events_face_runners.web.ticketing.schemas import (
    BookingListView,
    BookingRequest,
    BookingView,
    CancelRequest,
    OwnEventChangeRequest,
    OwnEventListView,
    OwnEventRequest,
    OwnEventView,
    PublishRequest,
)

_SIGNED_IN = (Role.USER, Role.ORGANIZER, Role.ADMIN)
_ORGANIZERS = (Role.ORGANIZER, Role.ADMIN)
_ADMINS = (Role.ADMIN,)
_TEXT = {"type": "string"}
_MOMENT = {"type": "string", "format": "date-time"}
_TAG = {"ETag": "The version, to be sent as `If-Match` with a change."}
_LOCATION = {"Location": "Where it is."}
_NO_EVENT = "There is no such event of ours that the actor may see."
_NO_BOOKING = "There is no such booking that the actor may see."
_NO_CATEGORY = "There is no such category."
_BAD_BODY = {
    400: "The body is not JSON, or a header is invalid.",
    408: "The body did not come in time.",
    413: "The body is too large.",
    415: "The body is not sent as JSON.",
    422: "A field breaks its rule.",
}
_BAD_QUERY = {400: "A query parameter breaks its rule."}


def _id(name: str, description: str) -> Parameter:
    return Parameter(name=name, place="path", description=description, schema=_TEXT, required=True)


def _query(name: str, description: str, schema: dict[str, object]) -> Parameter:
    return Parameter(name=name, place="query", description=description, schema=schema)


def _choices(name: str, values: list[str]) -> Parameter:
    return Parameter(
        name=name,
        place="query",
        description="One or more, repeated or separated by commas.",
        schema={"type": "array", "items": {"type": "string", "enum": values}},
        explode=True,
    )


_PAGING = (
    _query(
        "limit",
        "The size of a page.",
        {"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE, "default": DEFAULT_PAGE},
    ),
    _query("cursor", "Where the page begins; taken from `next` or `previous`.", {**_TEXT}),
)
_EVENT_ID = _id("event_id", "The event.")
_BOOKING_ID = _id("booking_id", "The booking.")
_CATEGORY_ID = _id("category_id", "The category.")
_IDEMPOTENCY_KEY = Parameter(
    name="Idempotency-Key",
    place="header",
    description="Makes a repeated call harmless: the first answer is given again.",
    schema={"type": "string", "minLength": 1, "maxLength": 255},
)
_IF_MATCH = Parameter(
    name="If-Match",
    place="header",
    description="The ETag of the version that is to be changed, or `*`.",
    schema=_TEXT,
)

_OWN_EVENTS = (
    Route(
        method="POST",
        path="/api/events",
        operation_id="createEvent",
        tag="own events",
        summary="Make a draft of an event of our own",
        parameters=(_IDEMPOTENCY_KEY,),
        body=OwnEventRequest,
        answers={
            201: Answer(description="The draft.", body=OwnEventView, headers={**_TAG, **_LOCATION})
        },
        problems={**_BAD_BODY, 404: "The draft that a repeated call made was deleted."},
        roles=_ORGANIZERS,
    ),
    Route(
        method="PATCH",
        path="/api/events/{event_id}",
        operation_id="changeEvent",
        tag="own events",
        summary="Change an event; bookings stay, and holders are told when it moves",
        parameters=(_EVENT_ID, _IF_MATCH),
        body=OwnEventChangeRequest,
        answers={200: Answer(description="The event.", body=OwnEventView, headers=_TAG)},
        problems={
            **_BAD_BODY,
            404: _NO_EVENT,
            409: "More seats are booked than that, or the event is cancelled or over.",
            412: "The event was changed meanwhile.",
            428: "`If-Match` is missing.",
        },
        roles=_ORGANIZERS,
    ),
    Route(
        method="POST",
        path="/api/events/{event_id}/publish",
        operation_id="publishEvent",
        tag="own events",
        summary="Publish a draft, now or at a set time",
        parameters=(_EVENT_ID,),
        body=PublishRequest,
        body_required=False,
        answers={200: Answer(description="The event.", body=OwnEventView, headers=_TAG)},
        problems={**_BAD_BODY, 404: _NO_EVENT, 409: "It cannot be published any more."},
        roles=_ORGANIZERS,
    ),
    Route(
        method="POST",
        path="/api/events/{event_id}/cancel",
        operation_id="cancelEvent",
        tag="own events",
        summary="Cancel a published event, and with it every booking",
        parameters=(_EVENT_ID,),
        body=CancelRequest,
        answers={200: Answer(description="The event.", body=OwnEventView, headers=_TAG)},
        problems={**_BAD_BODY, 404: _NO_EVENT, 409: "It is a draft, or over."},
        roles=_ORGANIZERS,
    ),
    Route(
        method="DELETE",
        path="/api/events/{event_id}",
        operation_id="deleteEvent",
        tag="own events",
        summary="Delete a draft",
        parameters=(_EVENT_ID,),
        answers={204: Answer(description="It is gone.")},
        problems={404: _NO_EVENT, 409: "It was published."},
        roles=_ORGANIZERS,
    ),
    Route(
        method="GET",
        path="/api/organizer/events",
        operation_id="listOwnEvents",
        tag="own events",
        summary="List one's own events, drafts included; an administrator sees all",
        parameters=(
            _query("q", "Words of the name.", {**_TEXT, "maxLength": LONGEST_SEARCH}),
            _choices("status", [status.value for status in OwnEventStatus]),
            _query("category_id", "The category.", {**_TEXT}),
            _query("event_time_from", "At this instant or later.", {**_MOMENT}),
            _query("event_time_to", "Before this instant.", {**_MOMENT}),
            *_PAGING,
        ),
        answers={200: Answer(description="A page.", body=OwnEventListView)},
        problems=_BAD_QUERY,
        roles=_ORGANIZERS,
    ),
)

_BOOKINGS = (
    Route(
        method="POST",
        path="/api/bookings",
        operation_id="book",
        tag="bookings",
        summary="Book seats at an event of our own",
        parameters=(_IDEMPOTENCY_KEY,),
        body=BookingRequest,
        answers={201: Answer(description="The booking.", body=BookingView, headers=_LOCATION)},
        problems={
            **_BAD_BODY,
            404: _NO_EVENT,
            409: "Too few seats are left, one has a booking already, or booking is closed.",
        },
        roles=_SIGNED_IN,
    ),
    Route(
        method="GET",
        path="/api/bookings",
        operation_id="listBookings",
        tag="bookings",
        summary="List one's own bookings; of an event that one organises, everybody's",
        parameters=(
            _query("event_id", "The event.", {**_TEXT}),
            _choices("status", [status.value for status in BookingStatus]),
            *_PAGING,
        ),
        answers={200: Answer(description="A page, the newest first.", body=BookingListView)},
        problems=_BAD_QUERY,
        roles=_SIGNED_IN,
    ),
    Route(
        method="GET",
        path="/api/bookings/{booking_id}",
        operation_id="showBooking",
        tag="bookings",
        summary="Show a booking to its holder or the event's organiser",
        parameters=(_BOOKING_ID,),
        answers={200: Answer(description="The booking.", body=BookingView)},
        problems={404: _NO_BOOKING},
        roles=_SIGNED_IN,
    ),
    Route(
        method="GET",
        path="/api/bookings/{booking_id}/ticket",
        operation_id="showTicket",
        tag="bookings",
        summary="Show the ticket of a confirmed booking as a page, an entry for a calendar or a QR",
        parameters=(
            _BOOKING_ID,
            _query(
                "format",
                "Which kind; without it, `Accept` decides.",
                {"type": "string", "enum": [form.value for form in TicketFormat]},
            ),
        ),
        answers={
            200: Answer(
                description="The ticket.",
                files=[form.media_type.partition(";")[0] for form in TicketFormat],
                headers={"Content-Disposition": "The name of the file."},
            )
        },
        problems={
            400: "`format` is none of these.",
            404: _NO_BOOKING,
            406: "A ticket has none of the types that `Accept` asks for.",
            409: "The booking is not confirmed any more.",
        },
        roles=_SIGNED_IN,
    ),
    Route(
        method="POST",
        path="/api/bookings/{booking_id}/cancel",
        operation_id="cancelBooking",
        tag="bookings",
        summary="Cancel a booking; a second call changes nothing",
        parameters=(_BOOKING_ID,),
        answers={200: Answer(description="The booking.", body=BookingView)},
        problems={404: _NO_BOOKING},
        roles=_SIGNED_IN,
    ),
)

_CATEGORIES = (
    Route(
        method="GET",
        path="/api/categories",
        operation_id="listCategories",
        tag="categories",
        summary="List all categories, as a tree",
        answers={200: Answer(description="The topmost, with those below.", body=CategoryListView)},
    ),
    Route(
        method="POST",
        path="/api/categories",
        operation_id="createCategory",
        tag="categories",
        summary="Make a category",
        parameters=(_IDEMPOTENCY_KEY,),
        body=CategoryRequest,
        answers={201: Answer(description="The category.", body=CategoryView)},
        problems={**_BAD_BODY, 409: "Another has this name."},
        roles=_ADMINS,
    ),
    Route(
        method="PUT",
        path="/api/categories/{category_id}",
        operation_id="changeCategory",
        tag="categories",
        summary="Name a category otherwise, or put it elsewhere",
        parameters=(_CATEGORY_ID,),
        body=CategoryRequest,
        answers={200: Answer(description="The category.", body=CategoryView)},
        problems={
            **_BAD_BODY,
            404: _NO_CATEGORY,
            409: "Another has this name, or it would stand below itself.",
        },
        roles=_ADMINS,
    ),
)

ROUTES: tuple[Route, ...] = (*_OWN_EVENTS, *_BOOKINGS, *_CATEGORIES)
"""Every operation of ticketing, in the order of the documentation."""
