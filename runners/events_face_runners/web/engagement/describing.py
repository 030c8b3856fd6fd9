"""What several routes of engagement take and answer alike."""

from events_face_core.kernel import DEFAULT_PAGE, LARGEST_PAGE
from events_face_runners.web.routes import Parameter

TEXT = {"type": "string"}
BAD_QUERY = {400: "A query parameter breaks its rule."}
NO_EVENT = {404: "There is no such event, or it was purged."}
BODY = {
    400: "The body is not JSON, or a header is invalid.",
    408: "The body did not come in time.",
    413: "The body is too large.",
    415: "The body is not sent as JSON.",
    422: "A field breaks its rule, or the idempotency key was used otherwise.",
}


def path_id(name: str, description: str) -> Parameter:
    """Return the parameter of an id in the path."""
    return Parameter(name=name, place="path", description=description, schema=TEXT, required=True)


EVENT_ID = path_id("event_id", "The event.")
IDEMPOTENCY_KEY = Parameter(
    name="Idempotency-Key",
    place="header",
    description="Makes a repeated call of one person harmless: the first answer comes again.",
    schema={"type": "string", "minLength": 1, "maxLength": 255},
)
PAGING = (
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
        schema=TEXT,
    ),
)
