"""What the aggregator means by a refusal. Its words are all there is to tell refusals apart."""

from __future__ import annotations

import re
from collections.abc import Iterator
from http import HTTPStatus

from events_face_adapters.http import NotJsonError, decode_json, is_client_error
from events_face_core.registration import AlreadyRegisteredThere, Reason, Refused

_LONGEST_DETAIL = 200
_UNEXPECTED_STATUS = b"UnexpectedEventStatus"
_NO_SUCH_ROUTE = "Not Found"  # how Starlette answers at an address it does not serve
_NOT_A_REFUSAL = {
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.METHOD_NOT_ALLOWED,
    HTTPStatus.REQUEST_TIMEOUT,
    HTTPStatus.TOO_MANY_REQUESTS,
}

_ALREADY_REGISTERED = re.compile(r"already (?:been )?registered|уже зарегистрирован")

# In this order: "not available" says the least, so every other word is heard before it.
_REASONS = (
    (
        re.compile(
            r"\bsold\b|already (?:taken|booked)|(?:seat|place|ticket) is taken|\bfully booked"
            r"|\bfull\b(?! name)|\bno (?:free |available |more )?(?:places|seats|tickets)\b"
            r"|продан|\bзанят[оаы]?\b"
            r"|\bнет (?:свободных )?мест\b|\bмест (?:больше )?нет\b|\bмест не осталось\b"
        ),
        Reason.SOLD_OUT,
    ),
    (re.compile(r"cancel|отмен"), Reason.EVENT_CANCELLED),
    (
        re.compile(
            r"\bclosed\b|deadline|\bfinished\b|\bnot open\b|unpublished|not published"
            r"|закрыт|завершен|\bистек"
        ),
        Reason.REGISTRATION_CLOSED,
    ),
    (re.compile(r"not available"), Reason.SOLD_OUT),
)


def refusal(status: int, body: bytes) -> AlreadyRegisteredThere | Refused | None:
    """Return what an answer to a registration refuses, or nothing where it is no refusal.

    A refusal is final. An answer that is none may be another tomorrow: the caller tries again.
    """
    if is_unexpected_event_status(status, body):
        return Refused(reason=Reason.REGISTRATION_CLOSED, detail=_UNEXPECTED_STATUS.decode())
    if status == HTTPStatus.NOT_FOUND and not _speaks_of_event(body):
        # A wrong address, rather than an aggregator that knows no event.
        return None
    if status in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}:
        return Refused(reason=Reason.EVENT_NOT_FOUND, detail=_words(body)[:_LONGEST_DETAIL])
    if not is_client_error(status) or status in _NOT_A_REFUSAL:
        return None
    return _by_words(_words(body))


def is_unexpected_event_status(status: int, body: bytes) -> bool:
    """Tell whether a 500 is the aggregator's way to say that the event's status forbids it."""
    return status == HTTPStatus.INTERNAL_SERVER_ERROR and _UNEXPECTED_STATUS in body


def _by_words(words: str) -> AlreadyRegisteredThere | Refused:
    # Codes such as "sold_out" say the same as words.
    said = words.casefold().replace("ё", "е").replace("_", " ")
    if _ALREADY_REGISTERED.search(said):
        return AlreadyRegisteredThere()
    reason = next(
        (reason for pattern, reason in _REASONS if pattern.search(said)),
        Reason.REJECTED_BY_PROVIDER,
    )
    return Refused(reason=reason, detail=words[:_LONGEST_DETAIL])


def _words(body: bytes) -> str:
    """Return everything that a body says, on one line: a list, a detail, or plain text."""
    try:
        said = "; ".join(_strings(decode_json(body, object)))
    except NotJsonError:
        said = body.decode("utf-8", "replace")
    return " ".join(said.split())


def _strings(value: object) -> Iterator[str]:
    """Yield the strings in a JSON value; of a validator's complaint, only its message."""
    match value:
        case str():
            yield value
        case list():
            for item in value:
                yield from _strings(item)
        case {"msg": str(message)}:
            # Beside it stands the visitor's own input, whose words mean nothing here.
            yield message
        case dict():
            for item in value.values():
                yield from _strings(item)


def _speaks_of_event(body: bytes) -> bool:
    try:
        value = decode_json(body, object)
    except NotJsonError:
        return False
    return isinstance(value, dict) and value.get("detail", _NO_SUCH_ROUTE) != _NO_SUCH_ROUTE
