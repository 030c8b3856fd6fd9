"""In which format somebody wants a ticket (RFC 9110, 12.5.1)."""

from aiohttp import web

from events_face_core.ticketing import TicketFormat
from events_face_runners.web.problems import ProblemError, bad_query
from events_face_runners.web.reading import read_weight

_ANY = "*/*"


def read_ticket_format(request: web.Request) -> TicketFormat:
    """Return the format that ``format`` names, else the one that ``Accept`` wants most.

    Of several that are wanted alike it is the first of PDF, calendar entry and QR code.

    Raises:
        ProblemError: 400 for a format that there is not, 406 where none is acceptable.
    """
    named = request.query.getall("format", [])
    if named:
        return _named(named)
    wanted = _wanted(request)
    weights = {form: _weight(form, wanted) for form in TicketFormat}
    best = max(weights, key=lambda form: weights[form])
    if weights[best] <= 0:
        raise ProblemError(
            406,
            "not-acceptable",
            "There is no such representation",
            f"A ticket is one of {', '.join(form.media_type for form in TicketFormat)}.",
        )
    return best


def _named(names: list[str]) -> TicketFormat:
    try:
        (form,) = {TicketFormat(name) for name in names}
    except ValueError as error:
        known = ", ".join(form.value for form in TicketFormat)
        raise bad_query("format", f"must be one of {known}") from error
    return form


def _wanted(request: web.Request) -> dict[str, float]:
    """Return how much each media range is wanted; anything, where nothing is said."""
    wanted: dict[str, float] = {}
    for part in ",".join(request.headers.getall("Accept", ())).split(","):
        media_range, *parameters = (piece.strip() for piece in part.lower().split(";"))
        weights = [read_weight(each) for each in parameters if each.startswith("q=")]
        if media_range:
            wanted[media_range] = weights[0] if weights else 1.0
    return wanted or {_ANY: 1.0}


def _weight(form: TicketFormat, wanted: dict[str, float]) -> float:
    """Return how much a format is wanted: of the ranges that it is in, the narrowest decides."""
    media_type = form.media_type.partition(";")[0]
    ranges = (media_type, f"{media_type.partition('/')[0]}/*", _ANY)
    return next((wanted[each] for each in ranges if each in wanted), 0.0)
