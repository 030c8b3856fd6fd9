"""What searching means, the same on every database.

A name is stored as its words and their stems. A search matches when every word of it has its
stem among them; the last word also as a prefix, because people search while they type.
"""

import re
import unicodedata

import Stemmer
from attrs import frozen

_WORD = re.compile(r"[^\W_]+")
_CYRILLIC = re.compile(r"[а-я]+")
_LATIN = re.compile(r"[a-z]+")
_LONGEST_WORD = 500
"""In characters: PostgreSQL keeps words of up to 2046 bytes."""


@frozen(kw_only=True)
class SearchTerm:
    """A word of a search: as typed, and its stem."""

    word: str
    stem: str


class SearchText:
    """Normalises and stems: Snowball, Russian for Cyrillic words and English for Latin ones."""

    def __init__(self) -> None:
        self._russian = Stemmer.Stemmer("russian")
        self._english = Stemmer.Stemmer("english")

    def document(self, text: str) -> str:
        """Return what is stored to be searched: the words of the text and their stems."""
        words = _words(text)
        return " ".join(dict.fromkeys([*words, *map(self._stem, words)]))

    def terms(self, text: str) -> tuple[SearchTerm, ...]:
        """Return the words of a search; none when the text holds no letter and no digit."""
        return tuple(SearchTerm(word=word, stem=self._stem(word)) for word in _words(text))

    def _stem(self, word: str) -> str:
        if _CYRILLIC.fullmatch(word):
            return str(self._russian.stemWord(word))
        if _LATIN.fullmatch(word):
            return str(self._english.stemWord(word))
        return word


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKC", text).casefold().replace("ё", "е")
    return [word[:_LONGEST_WORD] for word in _WORD.findall(plain)]
