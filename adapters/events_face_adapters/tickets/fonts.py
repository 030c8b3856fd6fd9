"""The font of tickets: PT Sans, which has Latin and all of Cyrillic, in two weights."""

import unicodedata
from collections.abc import Mapping
from functools import cache
from typing import Literal

import fontpkg
from fontTools.ttLib import TTFont
from fpdf import FPDF

_FAMILY = "PT Sans"
_STYLES: Mapping[Literal["", "B"], int] = {"": 400, "B": 700}
_LEFT_OUT = {"Cc", "Cf", "Cs", "Mn", "Me", "Sk", "So"}
_UNKNOWN = "?"


def add_fonts(pdf: FPDF) -> None:
    """Make the font known to a document as ``ticket``, regular and bold."""
    for style, weight in _STYLES.items():
        pdf.add_font("ticket", style=style, fname=_path(weight))


def shown(text: str) -> str:
    """Return a text in one line, as the font can show it.

    Of what it has no sign for, letters become question marks; pictures, and what only changes
    other signs, are left out.
    """
    signs = "".join(map(_sign, " ".join(unicodedata.normalize("NFC", text).split())))
    return " ".join(signs.split())


def _sign(character: str) -> str:
    if ord(character) in _signs():
        return character
    return "" if unicodedata.category(character) in _LEFT_OUT else _UNKNOWN


@cache
def _path(weight: int) -> str:
    return str(fontpkg.path(_FAMILY, weight=weight))


@cache
def _signs() -> frozenset[int]:
    """Return the code points that both weights have a sign for."""
    known = []
    for weight in _STYLES.values():
        with TTFont(_path(weight)) as font:
            known.append(frozenset(font.getBestCmap()))
    return frozenset.intersection(*known)
