"""Seats from a pattern."""

import re

_ROW = re.compile(r"\s*([^\d,]*)(\d+)-(\d+)\s*")


def seat_names(pattern: str) -> list[str]:
    """Every seat of a pattern, in order: `A1-2,B1-1` gives A1, A2, B1."""
    seats: list[str] = []
    for row in filter(str.strip, pattern.split(",")):
        match = _ROW.fullmatch(row)
        if match is None:
            raise ValueError(f"a row of a seats pattern looks like A1-1000, not {row!r}")
        letter, first, last = match.groups()
        seats.extend(f"{letter}{number}" for number in range(int(first), int(last) + 1))
    return seats
