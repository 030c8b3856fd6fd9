"""JSON from outside, decoded and checked in one pass."""

from __future__ import annotations

from typing import TypeVar

import msgspec

T = TypeVar("T")


class NotJsonError(Exception):
    """The text is not JSON: an error page, or an answer that was cut short."""


class WrongShapeError(Exception):
    """The text is JSON, and not what the contract says; the message tells where."""


def decode_json(text: bytes | msgspec.Raw, shape: type[T]) -> T:
    """Return the value in its shape.

    Raises:
        NotJsonError: the text is not JSON.
        WrongShapeError: it has another shape.
    """
    try:
        return msgspec.json.decode(text, type=shape)
    except msgspec.ValidationError as error:
        raise WrongShapeError(str(error)) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise NotJsonError(str(error)) from error


def is_json(text: bytes) -> bool:
    """Tell whether the text is JSON, of whatever shape."""
    try:
        decode_json(text, msgspec.Raw)
    except NotJsonError:
        return False
    return True
