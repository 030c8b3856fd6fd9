"""Instants, as each language writes them."""

from datetime import datetime, tzinfo

from babel.dates import format_datetime

_PATTERNS = {"ru": "d MMMM y 'года в' HH:mm ZZZZ", "en": "d MMMM y 'at' HH:mm ZZZZ"}

LANGUAGES = tuple(_PATTERNS)
"""The languages that we speak."""


def moment_in_words(moment: datetime, language: str, timezone: tzinfo | None) -> str:
    """Return an instant in words, as a clock in a time zone shows it.

    Args:
        moment: the instant, aware.
        language: one of ``LANGUAGES``; another is a ``LookupError``.
        timezone: where the clock is; UTC by default.
    """
    return format_datetime(moment, _PATTERNS[language], tzinfo=timezone, locale=language)
