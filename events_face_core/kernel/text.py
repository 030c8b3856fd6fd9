"""Rules for text that people type."""

import unicodedata

from events_face_core.kernel.errors import InvalidInputError

_NOT_TEXT = {"Cc", "Cs"}


def has_control_characters(text: str) -> bool:
    """Tell whether the text holds control characters or lone surrogates."""
    return not text.isprintable() and any(unicodedata.category(c) in _NOT_TEXT for c in text)


def one_line(field: str, text: str, *, longest: int) -> str:
    """Return the text of a one-line field, trimmed.

    Raises:
        InvalidInputError: it is empty, longer than ``longest`` characters, or holds control
            characters.
    """
    if has_control_characters(text):
        raise InvalidInputError(field, "must not contain control characters")
    trimmed = text.strip()
    if not trimmed:
        raise InvalidInputError(field, "must not be empty")
    if len(trimmed) > longest:
        raise InvalidInputError(field, f"must be at most {longest} characters long")
    return trimmed
