"""Answers as they are written down for other processes: under which name, and in which form."""

from datetime import UTC, datetime
from typing import Any

import attrs
import msgspec
import pytest

from events_face_core.catalogue import EventPlace, EventQuery, EventStatus, Ordering
from events_face_core.kernel import Cursor
from events_face_runners.web.ready_answers import ready
from events_face_runners.web.written_answers import WrittenAnswers

NOON = datetime(2026, 1, 15, 12, tzinfo=UTC)
OTHERWISE: dict[str, Any] = {
    "search": "йога",
    "statuses": frozenset({EventStatus.OPEN}),
    "deadline_from": NOON,
    "deadline_to": NOON,
    "time_from": NOON,
    "time_to": NOON,
    "ordering": Ordering.EVENT_TIME_DESCENDING,
    "limit": 7,
    "cursor": Cursor(place=EventPlace(event_time=NOON, id="event")),
}
"""Another value for each part of a question."""


@pytest.fixture
def form() -> WrittenAnswers:
    return WrittenAnswers("a" * 32, "public, max-age=5")


def test_a_name_tells_the_database_and_the_version_and_hides_the_question(
    form: WrittenAnswers,
) -> None:
    house, database, kind, written_form, version, question = form.name(7, "event").split(":")

    assert (house, database, kind, version) == ("events-face", "a" * 32, "answers", "7")
    assert (len(written_form), len(question)) == (8, 32)


def test_one_question_has_one_name_in_whatever_order_it_is_asked(form: WrittenAnswers) -> None:
    statuses = [EventStatus.OPEN, EventStatus.CANCELLED]

    names = {
        form.name(1, EventQuery(statuses=frozenset(order))) for order in (statuses, statuses[::-1])
    }

    assert len(names) == 1


def test_the_name_of_a_question_is_the_same_in_every_process(form: WrittenAnswers) -> None:
    query = EventQuery(search="йога", statuses=frozenset(EventStatus))

    assert form.name(1, query).rpartition(":")[2] == "464918af142ecc35a28ceb6a7b38c229"


def test_every_part_of_a_question_is_in_its_name(form: WrittenAnswers) -> None:
    plain = EventQuery()
    others = [attrs.evolve(plain, **{name: value}) for name, value in OTHERWISE.items()]

    assert set(OTHERWISE) == {field.name for field in attrs.fields(EventQuery)}
    assert len({form.name(1, query) for query in (plain, *others)}) == 1 + len(others)


def test_the_cursor_tells_its_direction_too(form: WrittenAnswers) -> None:
    place = EventPlace(event_time=NOON, id="event")
    there = EventQuery(cursor=Cursor(place=place))
    back = EventQuery(cursor=Cursor(place=place, backwards=True))

    assert form.name(1, there) != form.name(1, back)


def test_databases_versions_and_kinds_of_questions_have_names_of_their_own(
    form: WrittenAnswers,
) -> None:
    names = {
        form.name(1, "event"),
        form.name(2, "event"),
        form.name(1, "other"),
        form.name(1, EventQuery()),
        form.name(1, EventQuery(search="event")),
        WrittenAnswers("b" * 32, "public, max-age=5").name(1, "event"),
    }

    assert len(names) == 6


@pytest.mark.parametrize("body", [b"{}", b"x" * 10_000])
def test_an_answer_that_was_written_down_is_read_as_it_was(
    form: WrittenAnswers, body: bytes
) -> None:
    answer = ready(body, "public, max-age=5")

    assert form.read(form.write(answer)) == answer


def test_an_answer_tells_its_client_what_its_reader_says(form: WrittenAnswers) -> None:
    written = form.write(ready(b"{}", "public, max-age=60"))

    answer = form.read(written)

    assert answer is not None
    assert answer.plain.headers["Cache-Control"] == "public, max-age=5"


@pytest.mark.parametrize(
    "written",
    [
        b"",
        b"\xff\xfe",
        b'{"results": []}',
        msgspec.msgpack.encode(["text", None]),
        msgspec.msgpack.encode([b"body"]),
        msgspec.msgpack.encode([b"body", None, b"more"]),
        msgspec.msgpack.encode({"body": b"body", "compressed": None}),
        msgspec.msgpack.encode([b"body", None])[:-1],
    ],
)
def test_what_is_no_answer_is_read_as_none(form: WrittenAnswers, written: bytes) -> None:
    assert form.read(written) is None
