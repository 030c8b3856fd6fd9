"""Cursors of lists, as they are written in query strings: opaque to whoever sends them back."""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import TypeVar

import msgspec

from events_face_runners.web.problems import bad_query

Written = TypeVar("Written", bound=msgspec.Struct)


def read_cursor(text: str, written_type: type[Written]) -> Written:
    """Return what a cursor says.

    Raises:
        ProblemError: 400, it is no cursor of this kind.
    """
    try:
        decoded = urlsafe_b64decode(text + "=" * (-len(text) % 4))
        return msgspec.json.decode(decoded, type=written_type)
    except (binascii.Error, ValueError, msgspec.DecodeError) as error:
        raise bad_query("cursor", "is none that this service gave out") from error


def write_cursor(written: msgspec.Struct) -> str:
    """Return a cursor that says this."""
    return urlsafe_b64encode(msgspec.json.encode(written)).decode().rstrip("=")
