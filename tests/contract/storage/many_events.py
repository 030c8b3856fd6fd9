"""What a large catalogue is asked, and what it should answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from contract.storage.making import DAY, HOUR
from events_face_adapters.storage.search_text import SearchText
from events_face_core.catalogue import EventPlace, EventQuery, EventStatus, Ordering
from events_face_core.kernel import Cursor
from unit.fakes import NOON

DOWN = Ordering.EVENT_TIME_DESCENDING
NEW, OPEN, CANCELLED = EventStatus.NEW, EventStatus.OPEN, EventStatus.CANCELLED

QUERIES: dict[str, dict[str, Any]] = {
    "everything": {},
    "everything, the last first": {"ordering": DOWN},
    "one status": {"statuses": {OPEN}},
    "two statuses": {"statuses": {NEW, CANCELLED}},
    "all but one": {"statuses": set(EventStatus) - {OPEN}},
    "a window of time": {"time_from": NOON + 100 * DAY, "time_to": NOON + 130 * DAY},
    "a deadline ahead": {"deadline_from": NOON + 99 * DAY},
    "a deadline behind": {"deadline_to": NOON + 400 * DAY, "ordering": DOWN},
    "an hour of deadlines": {
        "deadline_from": NOON + 300 * DAY,
        "deadline_to": NOON + 300 * DAY + HOUR,
    },
    "statuses and a deadline": {"statuses": {NEW, CANCELLED}, "deadline_from": NOON + 90 * DAY},
    "a common word": {"search": "концерты"},
    "a common word, the last first": {"search": "концерты", "ordering": DOWN},
    "a word in between": {"search": "гамлет"},
    "a rare word": {"search": "редкость"},
    "a word that is nowhere": {"search": "ничего"},
    "a letter": {"search": "к"},
    "two words": {"search": "событие концерт"},
    "a common word that is far away": {"search": "далеко"},
    "a common word and two statuses": {"search": "концерт", "statuses": {NEW, CANCELLED}},
    "a common word and filters": {
        "search": "концерт",
        "statuses": {OPEN},
        "deadline_from": NOON + 99 * DAY,
    },
    "a word in between and filters": {
        "search": "гамлет",
        "statuses": {OPEN, NEW},
        "time_from": NOON + 99 * DAY,
        "deadline_to": NOON + 500 * DAY,
    },
}
CURSORS = {
    "the first page": None,
    "a page in the middle": Cursor(place=EventPlace(event_time=NOON + 350 * DAY, id="8")),
    "a page back": Cursor(place=EventPlace(event_time=NOON + 350 * DAY, id="8"), backwards=True),
    "the last page": Cursor(place=EventPlace(event_time=NOON + 694 * DAY, id="8")),
}


def asked(name: str, cursor: str) -> EventQuery:
    filters = {**QUERIES[name], "statuses": frozenset(QUERIES[name].get("statuses", ()))}
    return EventQuery(limit=20, cursor=CURSORS[cursor], **filters)


def expected(query: EventQuery, every_event: Sequence[Any]) -> list[str]:
    """Return the ids on the page, of events by their places: the plainest way to find them."""
    backwards = query.cursor is not None and query.cursor.backwards
    descending = (query.ordering is DOWN) is not backwards
    found: list[str] = []
    for row in reversed(every_event) if descending else every_event:
        if _beyond(query, row, descending=descending) and _holds(query, row):
            found.append(row["id"])
            if len(found) == query.limit:
                break
    return found[::-1] if backwards else found


def _beyond(query: EventQuery, row: Any, *, descending: bool) -> bool:  # noqa: ANN401  # a driver's row
    if query.cursor is None:
        return True
    place = (query.cursor.place.event_time, query.cursor.place.id)
    here = (row["event_time"], row["id"])
    return here < place if descending else here > place


def _holds(query: EventQuery, row: Any) -> bool:  # noqa: ANN401  # a driver's row
    deadline, time, words = row["registration_deadline"], row["event_time"], row["search_words"]
    *whole, last = SearchText().terms(query.search) if query.search else [None]
    return (
        (not query.statuses or EventStatus(row["status"]) in query.statuses)
        and (query.deadline_from is None or query.deadline_from <= deadline)
        and (query.deadline_to is None or deadline < query.deadline_to)
        and (query.time_from is None or query.time_from <= time)
        and (query.time_to is None or time < query.time_to)
        and all(term is not None and term.stem in words.split() for term in whole)
        and (last is None or any(w == last.stem or w.startswith(last.word) for w in words.split()))
    )
