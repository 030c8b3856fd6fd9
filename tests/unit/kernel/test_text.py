"""The rules for text that people type."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events_face_core.kernel import InvalidInputError, has_control_characters, one_line

TURNED_AROUND = ["\u202a", "\u202b", "\u202c", "\u202d", "\u202e"]
TURNED_AROUND += ["\u2066", "\u2067", "\u2068", "\u2069"]
CONTROLS = ["\0", "\n", "\r", "\t", "\x1b", "\x7f", "\x85", "\ud800", "\udfff", "\u2028", "\u2029"]
CONTROLS += TURNED_AROUND
clean = st.text(
    st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"], exclude_characters=TURNED_AROUND)
)


@pytest.mark.parametrize("control", CONTROLS)
def test_control_characters_and_lone_surrogates_are_seen(control: str) -> None:
    assert has_control_characters(f"Ив{control}ан")


@pytest.mark.parametrize(
    "text", ["", "Иван", "O'Neil-Ёлкин", "李 小龙", "👩‍👩‍👧", "\u00a0", "e\u0301"]
)
def test_letters_of_any_language_are_no_control_characters(text: str) -> None:
    assert not has_control_characters(text)


@given(clean)
def test_text_without_controls_is_never_refused_for_them(text: str) -> None:
    assert not has_control_characters(text)


@given(clean, st.sampled_from(CONTROLS), clean)
def test_a_control_character_anywhere_is_refused(before: str, control: str, after: str) -> None:
    with pytest.raises(InvalidInputError) as raised:
        one_line("first_name", before + control + after, longest=10_000)

    assert raised.value.field == "first_name"


@given(clean)
def test_a_line_comes_back_trimmed_and_is_then_left_alone(text: str) -> None:
    text = f" {text}я "

    line = one_line("name", text, longest=10_000)

    assert line == text.strip()
    assert one_line("name", line, longest=10_000) == line


@pytest.mark.parametrize("blank", ["", " ", "\u00a0\u2003 ", "\u200b\u200d", "\ufeff"])
def test_a_blank_line_is_refused(blank: str) -> None:
    with pytest.raises(InvalidInputError, match="must not be empty"):
        one_line("name", blank, longest=10)


def test_the_length_is_counted_after_trimming() -> None:
    line = one_line("name", "  " + "я" * 10 + "  ", longest=10)

    assert line == "я" * 10


def test_one_character_too_many_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="at most 10 characters"):
        one_line("name", "я" * 11, longest=10)
