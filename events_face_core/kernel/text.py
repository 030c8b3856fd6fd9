"""Rules for text that people type."""

import unicodedata

from events_face_core.kernel.errors import InvalidInputError

_NOT_TEXT = {"Cc", "Cs", "Zl", "Zp"}
_INVISIBLE = {"Cf", "Mn", "Me", "Zs"}
_TURN_AROUND = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def has_control_characters(text: str) -> bool:
    """Tell whether the text holds what is no text.

    That is control characters, line and paragraph separators, lone surrogates, and the marks
    that turn the direction of writing around (Unicode TR 9), which make a name show as another.
    """
    return not text.isprintable() and any(
        c in _TURN_AROUND or unicodedata.category(c) in _NOT_TEXT for c in text
    )


def one_line(field: str, text: str, *, longest: int) -> str:
    """Return the text of a one-line field, trimmed.

    Raises:
        InvalidInputError: it is empty, longer than ``longest`` characters, or holds control
            characters.
    """
    if has_control_characters(text):
        raise InvalidInputError(field, "must not contain control characters")
    trimmed = text.strip()
    if all(unicodedata.category(c) in _INVISIBLE for c in trimmed):
        raise InvalidInputError(field, "must not be empty")
    if len(trimmed) > longest:
        raise InvalidInputError(field, f"must be at most {longest} characters long")
    return trimmed
