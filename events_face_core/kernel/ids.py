"""Identifiers, as the core sees them: asked for, never made up."""

from typing import Protocol


class Ids(Protocol):
    """Makes identifiers."""

    def new(self) -> str:
        """Return an id that nobody had before and nobody can guess (at least 120 random bits)."""
        ...
