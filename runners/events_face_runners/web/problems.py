"""Errors as problem+json (RFC 9457): each kind of error is mapped once, here."""

import logging
from collections.abc import Mapping, Sequence
from math import ceil

import msgspec
from aiohttp import web

from events_face_core.kernel import (
    ErrorKind,
    EventsFaceError,
    InvalidInputError,
    ThrottledError,
)
from events_face_core.registration import AlreadyRegisteredError
from events_face_core.ticketing import SoldOutError
from events_face_runners.web.schemas import FieldError, Problem

log = logging.getLogger(__name__)

CONTENT_TYPE = "application/problem+json"

_STATUS = {
    ErrorKind.NOT_FOUND: 404,
    ErrorKind.CONFLICT: 409,
    ErrorKind.INVALID: 422,
    ErrorKind.UNAUTHENTICATED: 401,
    ErrorKind.FORBIDDEN: 403,
    ErrorKind.STALE: 412,
    ErrorKind.UNCONDITIONAL: 428,
    ErrorKind.THROTTLED: 429,
    ErrorKind.UNAVAILABLE: 503,
}
_HTTP_SLUGS = {
    404: ("not-found", "Nothing is at this address."),
    405: ("method-not-allowed", "This address does not take this method."),
    413: ("body-too-large", "The body is larger than this address takes."),
}


class ProblemError(Exception):
    """An error of the HTTP face itself.

    Attributes:
        status: the HTTP status.
        slug: the stable name.
    """

    def __init__(
        self,
        status: int,
        slug: str,
        title: str,
        detail: str,
        *,
        errors: tuple[FieldError, ...] = (),
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.slug = slug
        self.title = title
        self.errors = errors


def bad_query(parameter: str, message: str) -> ProblemError:
    """Return the 400 for a query parameter that breaks its rule."""
    return ProblemError(
        400, "invalid-query", "A query parameter is invalid", f"{parameter}: {message}"
    )


def invalid_body(errors: Sequence[FieldError]) -> ProblemError:
    """Return the 422 for a body that is JSON, but not of the right shape."""
    detail = "; ".join(f"{error.field}: {error.message}" for error in errors)
    return ProblemError(422, "invalid-input", "The input is invalid", detail, errors=tuple(errors))


def problem_response(error: Exception, instance: str) -> web.Response:
    """Return the answer to an error; one that nobody foresaw is logged and tells nothing."""
    if isinstance(error, InvalidInputError):
        broken = (error, *error.others)
        error = invalid_body([FieldError(field=one.field, message=one.message) for one in broken])
    match error:
        case ProblemError():
            problem = _problem(error.status, error.slug, error.title, str(error), instance)
            if error.errors:
                problem = msgspec.structs.replace(problem, errors=list(error.errors))
        case AlreadyRegisteredError(registration_id=str(registration_id)):
            problem = msgspec.structs.replace(
                _of_core(error, instance), registration_id=registration_id
            )
        case SoldOutError(available_seats=available_seats):
            problem = msgspec.structs.replace(
                _of_core(error, instance), available_seats=available_seats
            )
        case EventsFaceError(kind=ErrorKind.UNAUTHENTICATED):
            return _response(_of_core(error, instance), {"WWW-Authenticate": "Bearer"})
        case ThrottledError(retry_after=retry_after):
            seconds = max(1, ceil(retry_after.total_seconds()))
            return _response(_of_core(error, instance), {"Retry-After": str(seconds)})
        case EventsFaceError():
            problem = _of_core(error, instance)
        case web.HTTPException():
            return _of_aiohttp(error, instance)
        case _:
            log.error("a request failed", exc_info=error)
            problem = _problem(
                500, "internal-error", "Something went wrong", "The error was logged.", instance
            )
    return _response(problem)


def _of_core(error: EventsFaceError, instance: str) -> Problem:
    status = _STATUS[error.kind]
    if status == _STATUS[ErrorKind.UNAVAILABLE]:
        # What exactly failed is for the log: it may name hosts and statements.
        log.error("unavailable: %s", error)
        detail = "Please try again in a moment."
    else:
        detail = str(error)
    return _problem(status, error.slug, error.title, detail, instance)


def _of_aiohttp(error: web.HTTPException, instance: str) -> web.Response:
    slug, detail = _HTTP_SLUGS.get(error.status, ("bad-request", "The request is malformed."))
    allow = {"Allow": error.headers["Allow"]} if "Allow" in error.headers else {}
    return _response(_problem(error.status, slug, error.reason, detail, instance), allow)


def _problem(status: int, slug: str, title: str, detail: str, instance: str) -> Problem:
    return Problem(
        type=f"/problems/{slug}",
        title=title,
        status=status,
        detail=detail,
        instance=instance,
    )


def _response(problem: Problem, headers: Mapping[str, str] | None = None) -> web.Response:
    return web.Response(
        status=problem.status,
        body=msgspec.json.encode(problem),
        content_type=CONTENT_TYPE,
        headers=headers,
    )
