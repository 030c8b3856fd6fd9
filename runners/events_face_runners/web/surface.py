"""Our own HTTP surface: every route with what it takes and what it answers (http-api)."""

from events_face_core.catalogue import LONGEST_SEARCH, EventStatus, Ordering
from events_face_core.kernel import DEFAULT_PAGE, LARGEST_PAGE
from events_face_runners.web.accounts.routes import ACCOUNT_ROUTES
from events_face_runners.web.engagement import ENGAGEMENT_ROUTES
from events_face_runners.web.routes import Answer, Parameter, Route
from events_face_runners.web.schemas import (
    EventListView,
    EventView,
    Liveness,
    Readiness,
    RegistrationRequest,
    RegistrationView,
)
from events_face_runners.web.ticketing.routes import ROUTES as TICKETING
from events_face_runners.web.ticketing.schemas import OwnEventView

_TEXT = {"type": "string"}
_MOMENT = {"type": "string", "format": "date-time"}
_STATUS = {"type": "string", "enum": [status.value for status in EventStatus]}
_TAGS = {"ETag": "Identifies this version.", "Cache-Control": "How long it is fresh."}
_NOT_MODIFIED = Answer(description="The version that the client named is current.")
_BAD_QUERY = "A query parameter breaks its rule."
_NO_EVENT = "There is no such event, or it was purged."
_NO_REGISTRATION = "There is no such registration."


def _id(name: str, description: str) -> Parameter:
    return Parameter(name=name, place="path", description=description, schema=_TEXT, required=True)


_IF_NONE_MATCH = Parameter(
    name="If-None-Match", place="header", description="ETags the client has.", schema=_TEXT
)
_EVENT_ID = _id("event_id", "The event.")
_REGISTRATION_ID = _id("registration_id", "The registration; its id is the visitor's secret.")
_IDEMPOTENCY_KEY = Parameter(
    name="Idempotency-Key",
    place="header",
    description="Makes a repeated call harmless: the first answer is given again.",
    schema={"type": "string", "minLength": 1, "maxLength": 255},
)
_LISTING = (
    Parameter(
        name="q",
        place="query",
        description="Full text over the name: all words must match in any form, the last one "
        "also as a prefix. `name` is an alias.",
        schema={"type": "string", "maxLength": LONGEST_SEARCH},
    ),
    Parameter(
        name="status",
        place="query",
        description="One or more statuses, repeated or separated by commas.",
        schema={"type": "array", "items": _STATUS},
        explode=True,
    ),
    *(
        Parameter(name=f"{name}_{end}", place="query", description=text, schema=_MOMENT)
        for name in ("registration_deadline", "event_time")
        for end, text in (("from", "At this instant or later."), ("to", "Before this instant."))
    ),
    Parameter(
        name="ordering",
        place="query",
        description="The order; ties are broken by id.",
        schema={
            "type": "string",
            "enum": [ordering.value for ordering in Ordering],
            "default": Ordering.EVENT_TIME.value,
        },
    ),
    Parameter(
        name="limit",
        place="query",
        description="The size of a page.",
        schema={
            "type": "integer",
            "minimum": 1,
            "maximum": LARGEST_PAGE,
            "default": DEFAULT_PAGE,
        },
    ),
    Parameter(
        name="cursor",
        place="query",
        description="Where the page begins; taken from `next` or `previous`.",
        schema=_TEXT,
    ),
    _IF_NONE_MATCH,
)


_EVENTS = (
    Route(
        method="GET",
        path="/api/events",
        operation_id="listEvents",
        tag="events",
        summary="List and search events",
        parameters=_LISTING,
        answers={
            200: Answer(description="A page.", body=EventListView, headers=_TAGS),
            304: _NOT_MODIFIED,
        },
        problems={400: _BAD_QUERY},
    ),
    Route(
        method="GET",
        path="/api/events/{event_id}",
        operation_id="showEvent",
        tag="events",
        summary="Show one event",
        parameters=(_EVENT_ID, _IF_NONE_MATCH),
        answers={
            200: Answer(
                description="The event; one of our own tells more.",
                body=EventView,
                or_body=OwnEventView,
                headers=_TAGS,
            ),
            304: _NOT_MODIFIED,
        },
        problems={401: "The access token is not taken; none is needed.", 404: _NO_EVENT},
    ),
)


_REGISTRATIONS = (
    Route(
        method="POST",
        path="/api/events/{event_id}/registrations",
        operation_id="register",
        tag="registrations",
        summary="Register a visitor; decided later, in time, or at once for an event of our own",
        parameters=(_EVENT_ID, _IDEMPOTENCY_KEY),
        body=RegistrationRequest,
        answers={
            202: Answer(
                description="Accepted; of an event of our own, confirmed at once.",
                body=RegistrationView,
                headers={"Location": "Where to ask for the decision."},
            )
        },
        problems={
            400: "The body is not JSON, or a header is invalid.",
            404: _NO_EVENT,
            408: "The body did not come in time.",
            409: "It takes no registrations or is sold out, or the email has one already.",
            413: "The body is too large.",
            415: "The body is not sent as JSON.",
            422: "A field breaks its rule, or the idempotency key was used otherwise.",
        },
    ),
    Route(
        method="GET",
        path="/api/registrations/{registration_id}",
        operation_id="showRegistration",
        tag="registrations",
        summary="Show where a registration stands",
        parameters=(_REGISTRATION_ID,),
        answers={200: Answer(description="The registration.", body=RegistrationView)},
        problems={404: _NO_REGISTRATION},
    ),
    Route(
        method="DELETE",
        path="/api/registrations/{registration_id}",
        operation_id="cancelRegistration",
        tag="registrations",
        summary="Cancel a registration; a second call changes nothing",
        parameters=(_REGISTRATION_ID,),
        answers={202: Answer(description="The registration.", body=RegistrationView)},
        problems={404: _NO_REGISTRATION},
    ),
)


OPERATION = (
    Route(
        method="GET",
        path="/health/live",
        operation_id="live",
        tag="operation",
        summary="Tell that the process is up",
        answers={200: Answer(description="It is.", body=Liveness)},
    ),
    Route(
        method="GET",
        path="/health/ready",
        operation_id="ready",
        tag="operation",
        summary="Tell whether the service can answer, and how its dependencies are",
        answers={200: Answer(description="It can.", body=Readiness)},
    ),
    Route(
        method="GET",
        path="/metrics",
        operation_id="metrics",
        tag="operation",
        summary="Metrics for Prometheus",
        answers={200: Answer(description="The metrics.", content_type="text/plain")},
    ),
)

ROUTES: tuple[Route, ...] = (
    *_EVENTS,
    *_REGISTRATIONS,
    *ACCOUNT_ROUTES,
    *TICKETING,
    *ENGAGEMENT_ROUTES,
    *OPERATION,
)
"""Every operation, in the order of the documentation."""
