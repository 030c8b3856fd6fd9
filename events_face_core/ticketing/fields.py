"""The rules of single fields."""

from __future__ import annotations

from datetime import datetime

from events_face_core.kernel import InvalidInputError, has_control_characters, one_line

LONGEST_ID = 200
LONGEST_NAME = 255
LONGEST_SHORT_DESCRIPTION = 500
LONGEST_DESCRIPTION = 20_000
LONGEST_URL = 500
LONGEST_REASON = 500
LARGEST_CAPACITY = 1_000_000
LARGEST_QUANTITY = 20
LONGEST_DEADLINE_HOURS = 8760
LONGEST_CATEGORY_NAME = 100

_LAYOUT = str.maketrans("", "", "\r\n\t")
_SCHEMES = ("http://", "https://")


def stripped(text: str) -> str:
    """Return the text without blanks around it."""
    return text.strip()


def trimmed(text: str | None) -> str | None:
    """Return the text without blanks around it; none where nothing is left."""
    return None if text is None else text.strip() or None


def optional_line(field: str, text: str | None, *, longest: int) -> None:
    """Check a one-line field that may be left out."""
    if text is not None:
        one_line(field, text, longest=longest)


def check_id(field: str, value: str | None) -> None:
    """Raise ``InvalidInputError`` for what no id can be."""
    optional_line(field, value, longest=LONGEST_ID)


def paragraphs(field: str, text: str | None, *, longest: int) -> None:
    """Check a text that may have lines.

    Raises:
        InvalidInputError: it is too long, or holds control characters other than line breaks.
    """
    if text is None:
        return
    if len(text) > longest:
        raise InvalidInputError(field, f"must be at most {longest} characters long")
    if has_control_characters(text.translate(_LAYOUT)):
        raise InvalidInputError(field, "must not contain control characters")


def whole_number(field: str, value: int, *, least: int, most: int) -> None:
    """Raise ``InvalidInputError`` for a number outside a range."""
    if not least <= value <= most:
        raise InvalidInputError(field, f"must be from {least} to {most}")


def web_address(field: str, text: str | None) -> None:
    """Raise ``InvalidInputError`` for what is no http or https address of up to 500 characters."""
    if text is None:
        return
    one_line(field, text, longest=LONGEST_URL)
    scheme = next((s for s in _SCHEMES if text.lower().startswith(s)), None)
    host = "" if scheme is None else text[len(scheme) :].partition("/")[0]
    if not host or any(c.isspace() or c in "<>\"'\\" for c in text):
        raise InvalidInputError(field, "must be an address that begins with http:// or https://")


def coordinates(latitude: float | None, longitude: float | None) -> None:
    """Raise ``InvalidInputError`` for what is no place on earth, or half of one."""
    if (latitude is None) != (longitude is None):
        raise InvalidInputError("place", "must have both latitude and longitude, or neither")
    if latitude is not None and not -90 <= latitude <= 90:  # noqa: PLR2004  # degrees
        raise InvalidInputError("place", "must have a latitude from -90 to 90")
    if longitude is not None and not -180 <= longitude <= 180:  # noqa: PLR2004  # degrees
        raise InvalidInputError("place", "must have a longitude from -180 to 180")


def with_offset(field: str, moment: datetime | None) -> None:
    """Raise ``InvalidInputError`` for a time without an offset."""
    if moment is not None and moment.utcoffset() is None:
        raise InvalidInputError(field, "must have an offset, such as Z or +03:00")
