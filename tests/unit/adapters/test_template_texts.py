"""What people are told, in both languages."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib.resources import files
from zoneinfo import ZoneInfo

import pytest

from events_face_adapters.texts import TemplateTexts
from events_face_core.notifications import Fact
from events_face_core.processes import (
    HOLDER_TEMPLATES,
    REMINDER_TEMPLATES,
    RESET_TEMPLATE,
    TEMPLATES,
)
from events_face_core.registration import Language, Reason

FACTS: dict[str, Fact] = {
    "first_name": "Анна",
    "last_name": "Иванова",
    "event_name": "Концерт в филармонии",
    "event_time": datetime(2026, 1, 31, 16, 30, tzinfo=UTC),
    "seat": None,
    "place": "Зал, ул. Ленина",
    "quantity": "3",
    "ticket_code": "ticket-code",
    "reason": "дождь",
}
MOMENTS = {
    "ru": "31 января 2026 года в 19:30 GMT+03:00",
    "en": "31 January 2026 at 19:30 GMT+03:00",
}
BOOKING_FACTS: dict[str, Fact] = {
    "display_name": "Анна",
    "event_name": "Концерт в филармонии",
    "event_time": datetime(2026, 1, 31, 16, 30, tzinfo=UTC),
    "quantity": "2",
    "ticket_code": "code",
    "reason": "болезнь артиста",
    "link": "https://events.example/reset?token=1",
}
ALL = (*TEMPLATES, *HOLDER_TEMPLATES, *REMINDER_TEMPLATES, RESET_TEMPLATE)
LANGUAGES = [language.value for language in Language]
WORDS = ("first_name", "last_name", "display_name", "event_name", "place", "reason", "link")
TEXTS = TemplateTexts(ZoneInfo("Europe/Moscow"))


def _text(template: str, language: str, **facts: Fact) -> str:
    return TEXTS.text(template, language, {**FACTS, **BOOKING_FACTS, **facts})


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", [*TEMPLATES, *REMINDER_TEMPLATES])
def test_every_text_names_the_visitor_the_event_and_its_time(template: str, language: str) -> None:
    text = _text(template, language)

    assert "Анна" in text
    assert "Концерт в филармонии" in text
    assert MOMENTS[language] in text
    assert "$" not in text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", HOLDER_TEMPLATES)
def test_every_text_to_a_holder_names_the_event_and_its_time(template: str, language: str) -> None:
    text = _text(template, language)

    assert "Концерт в филармонии" in text
    assert MOMENTS[language] in text
    assert "$" not in text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", ALL)
def test_every_text_is_one_line_in_its_own_language(template: str, language: str) -> None:
    text = _text(template, language, **dict.fromkeys(WORDS, "X"))

    assert text == text.strip()
    assert text.splitlines() == [text]
    assert any("а" <= letter <= "я" for letter in text) is (language == "ru")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_link_that_sets_a_password_ends_its_text(language: str) -> None:
    text = TemplateTexts(ZoneInfo("Europe/Moscow")).text(
        RESET_TEMPLATE, language, {"link": "https://events.example/x?token=1"}
    )

    assert text.endswith(" https://events.example/x?token=1")
    assert text.splitlines() == [text]


def test_every_reason_for_a_rejection_has_a_text_of_its_own() -> None:
    for language in LANGUAGES:
        texts = {_text(f"registration-rejected-{reason.value}", language) for reason in Reason}
        assert len(texts) == len(Reason)


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_is_no_text_that_nobody_asks_for(language: str) -> None:
    directory = files("events_face_adapters.texts") / "templates" / language

    assert {file.name for file in directory.iterdir()} == {f"{name}.txt" for name in ALL}


def test_there_are_texts_in_the_languages_of_visitors_only() -> None:
    directory = files("events_face_adapters.texts") / "templates"

    assert {language.name for language in directory.iterdir()} == set(LANGUAGES)


@pytest.mark.parametrize("template", TEMPLATES)
def test_what_a_visitor_or_an_aggregator_wrote_is_never_read_as_a_template(template: str) -> None:
    text = _text(template, "en", first_name="$last_name ${seat} {0} %s", event_name="$$")

    assert "$last_name ${seat} {0} %s" in text
    assert "$$" in text


@pytest.mark.parametrize(
    ("zone", "shown"),
    [
        ("UTC", "31 January 2026 at 16:30 GMT"),
        ("Asia/Vladivostok", "1 February 2026 at 02:30 GMT+10:00"),
    ],
)
def test_times_are_told_in_the_time_zone_that_is_set(zone: str, shown: str) -> None:
    text = TemplateTexts(ZoneInfo(zone)).text("registration-confirmed", "en", FACTS)

    assert shown in text


def test_a_fact_that_is_missing_is_an_error() -> None:
    with pytest.raises(LookupError, match="event_name"):
        TEXTS.text("registration-confirmed", "ru", {"first_name": "Анна"})


@pytest.mark.parametrize(("template", "language"), [("unknown", "ru"), (TEMPLATES[0], "de")])
def test_an_unknown_text_or_language_is_an_error(template: str, language: str) -> None:
    with pytest.raises(LookupError, match=language):
        TEXTS.text(template, language, {})


def test_a_check_finds_a_text_that_is_missing() -> None:
    TEXTS.check(TEMPLATES)

    with pytest.raises(LookupError, match="there is no text 'unknown' in 'ru'"):
        TEXTS.check([*TEMPLATES, "unknown"])
