"""The languages that we speak."""

from enum import Enum


class Language(Enum):
    """The languages in which people are told things."""

    RUSSIAN = "ru"
    ENGLISH = "en"
