"""What the aggregator means by a refusal."""

from __future__ import annotations

import json

import pytest

from events_face_adapters.provider import refusal
from events_face_core.registration import AlreadyRegisteredThere, Reason, Refused

SOLD_OUT = [
    "This ticket is not available (already sold).",
    "No places left: sold out.",
    "SOLD OUT",
    "There are no places.",
    "There are no free seats",
    "The event is full.",
    "The event is fully booked.",
    "The seat is taken.",
    "Tickets are not available.",
    "sold_out",
    "Билет уже продан.",
    "Все билеты проданы.",
    "На мероприятие нет мест.",
    "Нет свободных мест.",
    "Мест больше нет",
    "Место занято.",
]
CANCELLED = ["Event is cancelled.", "The event was canceled", "Мероприятие отменено."]
CLOSED = [
    "Registration is closed.",
    "registration_closed",
    "The deadline has passed.",
    "The event is finished",
    "Registration is not open yet.",
    "The event is unpublished.",
    "The event is not published.",
    "This event is not available: registration is closed.",
    "Регистрация закрыта.",
    "Мероприятие завершено.",
    "Мероприятие завершёно.",
    "Срок регистрации истёк.",
]
OTHER = [
    "There is no such seat.",
    "Your registration was carefully read and refused.",
    "Full name is required.",
    "Что-то пошло не так.",
    "",
]
REASONS = [
    *((words, Reason.SOLD_OUT) for words in SOLD_OUT),
    *((words, Reason.EVENT_CANCELLED) for words in CANCELLED),
    *((words, Reason.REGISTRATION_CLOSED) for words in CLOSED),
    *((words, Reason.REJECTED_BY_PROVIDER) for words in OTHER),
]


def body_of(value: object) -> bytes:
    return json.dumps(value).encode()


def reason_of(status: int, body: bytes) -> Reason | None:
    answer = refusal(status, body)
    assert answer is None or isinstance(answer, Refused)
    return answer.reason if answer else None


@pytest.mark.parametrize(("words", "reason"), REASONS)
@pytest.mark.parametrize("status", [400, 409, 422])
def test_words_give_the_reason_whatever_the_shape(words: str, reason: Reason, status: int) -> None:
    bodies = [
        body_of([words]),
        body_of(words),
        body_of({"detail": words}),
        body_of({"detail": [words]}),
        body_of({"detail": [{"loc": ["body", "seat"], "msg": words, "input": "closed"}]}),
        body_of({"non_field_errors": [words]}),
        words.encode(),
    ]
    assert {reason_of(status, body) for body in bodies} == {reason}


@pytest.mark.parametrize(
    "words",
    [
        "Visitor is already registered for this event.",
        "You have already been registered (registration closed).",
        "ALREADY_REGISTERED",
        "Посетитель уже зарегистрирован.",
        "Вы уже зарегистрированы, мест нет.",
    ],
)
def test_a_known_visitor_is_recognised_before_anything_else(words: str) -> None:
    assert refusal(400, body_of({"detail": words})) == AlreadyRegisteredThere()


@pytest.mark.parametrize("body", [b"", b"\xff\xfe", b"{}", b"[[[", b"null", b"5", b"[" * 60_000])
def test_a_refusal_without_words_is_a_refusal(body: bytes) -> None:
    assert reason_of(400, body) is Reason.REJECTED_BY_PROVIDER


def test_the_detail_is_one_short_line_of_the_aggregators_words() -> None:
    answer = refusal(400, body_of({"detail": ["Too\n late", "x" * 1000]}))
    assert isinstance(answer, Refused)
    assert answer.detail.startswith("Too late; xxx")
    assert len(answer.detail) == 200


@pytest.mark.parametrize("body", [{"detail": "Event not found."}, {"detail": None}])
def test_the_contracts_404_is_an_unknown_event(body: object) -> None:
    assert reason_of(404, body_of(body)) is Reason.EVENT_NOT_FOUND


def test_an_event_that_is_gone_is_unknown_whatever_the_words() -> None:
    assert reason_of(410, b"<html>Gone</html>") is Reason.EVENT_NOT_FOUND


@pytest.mark.parametrize(
    "body", [b"", b"<html>404</html>", b"[]", b'{"error": "no route"}', b'{"detail": "Not Found"}']
)
def test_any_other_404_is_no_refusal(body: bytes) -> None:
    assert reason_of(404, body) is None


def test_an_unexpected_event_status_is_a_refusal_in_disguise() -> None:
    body = b"<title>500</title><pre>UnexpectedEventStatus: new</pre>"
    assert reason_of(500, body) is Reason.REGISTRATION_CLOSED
    assert reason_of(502, body) is None


@pytest.mark.parametrize("status", [200, 302, 401, 403, 405, 408, 429, 500, 503])
def test_what_may_pass_is_no_refusal(status: int) -> None:
    assert reason_of(status, body_of({"detail": "Registration is closed."})) is None


@pytest.mark.parametrize("status", [402, 413, 451])
def test_any_other_client_error_is_a_refusal(status: int) -> None:
    assert reason_of(status, b"") is Reason.REJECTED_BY_PROVIDER
