"""What searching means: words, and their stems."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events_face_adapters.storage.search_text import SearchText

SEARCH_TEXT = SearchText()


def _words(text: str) -> list[str]:
    return [term.word for term in SEARCH_TEXT.terms(text)]


def _stems(text: str) -> list[str]:
    return [term.stem for term in SEARCH_TEXT.terms(text)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", []),
        ("  \t\n ", []),
        ("!?…—«»()*^:\"'", []),
        ("_", []),
        ("Концерт", ["концерт"]),
        ("ЁЛКА", ["елка"]),
        ("Е\u0308лка", ["елка"]),
        ("рок-фестиваль", ["рок", "фестиваль"]),
        ("snake_case", ["snake", "case"]),
        ("O'Neill", ["o", "neill"]),
        ("C++ и C#", ["c", "и", "c"]),
        ("2026-й год", ["2026", "й", "год"]),
        ("ﬁlm ①", ["film", "1"]),
        ("Straße", ["strasse"]),
    ],
)
def test_words_are_lower_case_without_punctuation(text: str, words: list[str]) -> None:
    assert _words(text) == words


@pytest.mark.parametrize(
    ("one", "another"),
    [
        ("концерт", "концерты"),
        ("концерт", "концертами"),
        ("конференция", "конференции"),
        ("ёлка", "елки"),
        ("concert", "concerts"),
        ("running", "runs"),
    ],
)
def test_forms_of_one_word_have_one_stem(one: str, another: str) -> None:
    assert _stems(one) == _stems(another)


@pytest.mark.parametrize("word", ["2026", "日本", "c3po", "wеb"])
def test_a_word_of_no_language_or_of_two_is_its_own_stem(word: str) -> None:
    assert _stems(word) == [word]


def test_a_document_holds_each_word_and_stem_once() -> None:
    document = SEARCH_TEXT.document("Концерт концертов: концерт!").split()

    assert sorted(document) == ["концерт", "концертов"]


@given(st.text(max_size=50))
def test_what_a_text_is_searched_by_is_in_its_document(text: str) -> None:
    document = set(SEARCH_TEXT.document(text).split(" "))

    assert {term.stem for term in SEARCH_TEXT.terms(text)} <= document
    assert {term.word for term in SEARCH_TEXT.terms(text)} <= document


@given(st.text(max_size=50))
def test_terms_hold_letters_and_digits_only(text: str) -> None:
    assert all(term.word.isalnum() and term.stem.isalnum() for term in SEARCH_TEXT.terms(text))
