"""Calls to outside services over HTTP: one translation of what can go wrong, for all of them."""

from events_face_adapters.http.answer import HttpAnswer
from events_face_adapters.http.decoding import NotJsonError, WrongShapeError, decode_json, is_json
from events_face_adapters.http.headers import header_value
from events_face_adapters.http.retry_after import LONGEST_RETRY_AFTER, retry_after
from events_face_adapters.http.service import HttpRequest, HttpService
from events_face_adapters.http.statuses import is_client_error

__all__ = [
    "LONGEST_RETRY_AFTER",
    "HttpAnswer",
    "HttpRequest",
    "HttpService",
    "NotJsonError",
    "WrongShapeError",
    "decode_json",
    "header_value",
    "is_client_error",
    "is_json",
    "retry_after",
]
