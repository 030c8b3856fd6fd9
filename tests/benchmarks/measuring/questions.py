"""What visitors ask of the listing, each time something else."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from random import Random
from urllib.parse import urlencode

from attrs import frozen

from benchmarks.measuring.catalogue import (
    COMMON_WORDS,
    HORIZON,
    MIDDLING_WORDS,
    RARE_WORDS,
    SEASONAL_WORD,
)

LISTING = "/api/events"


@frozen
class Question:
    """Filters of the listing."""

    filters: Mapping[str, str]

    def path(self, **more: str) -> str:
        """Return what is asked for, with more parameters."""
        return f"{LISTING}?{urlencode({**self.filters, **more})}"


def filtered(random: Random) -> Question:
    """Return a status and a range of dates that holds more than 200 pages."""
    first = datetime.now(UTC) + random.random() * (HORIZON / 5)
    last = first + HORIZON * 0.7
    return Question(
        {
            "status": "open",
            "event_time_from": first.isoformat(),
            "event_time_to": last.isoformat(),
        }
    )


def common_word(random: Random) -> Question:
    """Return a word of every fourth to eighth event."""
    return Question({"q": random.choice(COMMON_WORDS)})


def middling_word(random: Random) -> Question:
    """Return a word of one event in 200."""
    return Question({"q": random.choice(MIDDLING_WORDS)})


def rare_word(random: Random) -> Question:
    """Return a word of one event in 50,000."""
    return Question({"q": random.choice(RARE_WORDS)})


def seasonal_word(_: Random) -> Question:
    """Return a common word that no event of the next months has."""
    return Question({"q": SEASONAL_WORD})


def next_days(random: Random) -> Question:
    """Return a range of dates that nobody asked for before."""
    first = datetime.now(UTC) + random.random() * HORIZON * 0.9
    return Question(
        {
            "status": "open",
            "event_time_from": first.isoformat(),
            "event_time_to": (first + timedelta(days=7)).isoformat(),
        }
    )


RAREST = "search, a rare word (1 event in 50,000)"
"""Has no second page."""

KINDS: Mapping[str, Callable[[Random], Question]] = {
    "filtered by status and dates": filtered,
    "search, a common word (1 event in 4 to 8)": common_word,
    "search, a word of 1 event in 200": middling_word,
    RAREST: rare_word,
    "search, a common word that is only far away": seasonal_word,
}
