"""Reading requests: bodies, headers and query parameters, with a clear error for each mistake."""

import asyncio
import re
from datetime import datetime
from hashlib import sha256
from typing import TypeVar, get_args

import msgspec
from aiohttp import web

from events_face_core.kernel import (
    IdempotencyKey,
    InvalidInputError,
    has_control_characters,
    in_utc,
)
from events_face_core.registration import Language
from events_face_runners.web.problems import ProblemError, bad_query, invalid_body
from events_face_runners.web.schemas import FieldError

Body = TypeVar("Body", bound=msgspec.Struct)

_LONGEST_ID = 200
_PATIENCE_SECONDS = 5.0
_MISSING_PLUS = re.compile(r"\d \d\d:\d\d$")


async def read_body(request: web.Request, body_type: type[Body]) -> Body:
    """Return the body, decoded and checked in one pass.

    Raises:
        ProblemError: 415 for another content type, 408 for what does not come, 400 for what is
            not JSON, 422 for JSON of another shape.
        HTTPRequestEntityTooLarge: the body is over the limit.
    """
    encoding = request.headers.get("Content-Encoding", "identity")
    if request.content_type != "application/json" or encoding.lower() != "identity":
        raise ProblemError(
            415,
            "unsupported-media-type",
            "The content type is not supported",
            "Send the body as application/json, not compressed.",
        )
    content = await _content(request)
    try:
        return msgspec.json.decode(content, type=body_type)
    except msgspec.ValidationError as error:
        # The decoder stops at the first field that is wrong, before it has seen the rest.
        if _is_json(content):
            raise invalid_body(field_errors(content, body_type)) from error
        raise _malformed() from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _malformed() from error


async def read_optional_body(request: web.Request, body_type: type[Body]) -> Body:
    """Return the body; where there is none, what its type means without any field."""
    return await read_body(request, body_type) if request.can_read_body else body_type()


def _is_json(content: bytes) -> bool:
    try:
        msgspec.json.decode(content)
    except msgspec.ValidationError:
        return True  # such as a number that is too large
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
    return True


def _malformed() -> ProblemError:
    return ProblemError(
        400, "malformed-json", "The body is not JSON", "The body cannot be read as JSON."
    )


def field_errors(
    content: bytes | msgspec.Raw, wanted: type[msgspec.Struct], within: str = ""
) -> list[FieldError]:
    """Return what is wrong with each field of a JSON object, so that one try mends them all.

    Args:
        content: the object.
        wanted: what it should be.
        within: the field that holds it, unless it is the body itself.
    """
    try:
        values = msgspec.json.decode(content, type=dict[str, msgspec.Raw])
    except (msgspec.DecodeError, RecursionError):
        return [FieldError(field=within or "body", message="Expected an object")]
    fields = {field.encode_name: field for field in msgspec.structs.fields(wanted)}
    prefix = f"{within}." if within else ""
    strangers = [name for name in values if name not in fields]
    errors = [FieldError(field=prefix + name, message="Unknown field") for name in strangers]
    for name, field in fields.items():
        if name in values:
            errors += _value_errors(prefix + name, values[name], field.type)
        elif field.required:
            errors.append(FieldError(field=prefix + name, message="Required"))
    return errors


def _value_errors(name: str, value: msgspec.Raw, wanted: object) -> list[FieldError]:
    try:
        msgspec.json.decode(value, type=wanted)
    except (msgspec.DecodeError, RecursionError) as error:
        for kind in (wanted, *get_args(wanted)):
            if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
                return field_errors(value, kind, within=name)
        return [FieldError(field=name, message=str(error))]
    return []


async def _content(request: web.Request) -> bytes:
    try:
        if request.content.is_eof():
            return await request.read()  # it came with the head: nothing is waited for
        async with asyncio.timeout(_PATIENCE_SECONDS):
            return await request.read()
    except TimeoutError as error:
        raise ProblemError(
            408, "request-timeout", "The body took too long", "Send it again, in one go."
        ) from error
    except (web.RequestPayloadError, ConnectionError) as error:
        raise ProblemError(
            400, "incomplete-body", "The body is not whole", "It broke off, or is badly encoded."
        ) from error


def read_id(request: web.Request, name: str) -> str:
    """Return an id from the path; one that no id can be is simply not found."""
    value = request.match_info[name]
    if len(value) > _LONGEST_ID or has_control_characters(value):
        raise web.HTTPNotFound
    return value


def read_idempotency_key(request: web.Request, *fingerprinted: object) -> IdempotencyKey | None:
    """Return the ``Idempotency-Key`` with the fingerprint of the request, if there is one.

    Raises:
        ProblemError: 400, the key is empty, too long or not printable.
    """
    value = request.headers.get("Idempotency-Key")
    if value is None:
        return None
    request_itself = msgspec.json.encode([request.method, request.path, *fingerprinted])
    try:
        return IdempotencyKey(value=value.strip(), fingerprint=sha256(request_itself).hexdigest())
    except InvalidInputError as error:
        raise ProblemError(
            400, "invalid-header", "A header is invalid", f"{error.field}: {error.message}"
        ) from error


def read_language(request: web.Request) -> Language:
    """Return the language that the visitor prefers of those we speak (RFC 9110, 12.5.4)."""
    preferred = Language.RUSSIAN
    best = 0.0
    for part in ",".join(request.headers.getall("Accept-Language", ())).split(","):
        tag, _, parameter = part.partition(";")
        primary = tag.strip().lower().partition("-")[0]
        weight = read_weight(parameter)
        for language in Language:
            if primary == language.value and weight > best:
                preferred, best = language, weight
    return preferred


def read_weight(parameter: str) -> float:
    """Return how much a client wants one of several things (RFC 9110, 12.4.2)."""
    name, _, value = parameter.strip().partition("=")
    if name != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0


def read_moment(parameter: str, text: str) -> datetime:
    """Return an instant of a query, in UTC.

    Raises:
        ProblemError: 400, it is not RFC 3339 with an offset.
    """
    try:
        moment = msgspec.convert(text, datetime)
    except msgspec.ValidationError as error:
        hint = " (write + as %2B in a URL)" if _MISSING_PLUS.search(text) else ""
        raise bad_query(parameter, f"must be a time such as 2026-01-31T18:00:00Z{hint}") from error
    if moment.tzinfo is None:
        raise bad_query(parameter, "must have an offset, such as Z or +03:00")
    return in_utc(moment)
