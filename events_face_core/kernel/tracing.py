"""Traces: one story told across requests, queues and processes."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import Protocol

from attrs import frozen

_NOTHING = nullcontext()


class Traces(Protocol):
    """Says to which story the work under way belongs, and continues it somewhere else.

    A trace is a W3C ``traceparent``: one line of ASCII that says where in which story we are. It
    travels with the work, through the outbox and through a broker. An empty one means: none.
    """

    def current(self) -> str:
        """Return the trace of the work under way, or an empty one. Never fails."""
        ...

    def step(self, name: str, *traces: str) -> AbstractContextManager[None]:
        """Do the block as a step of a story; an error that leaves it marks the step as failed.

        With one trace the step continues it, with several it begins a story that refers to each
        of them, and without it belongs to the work under way. Traces that are empty, or none,
        count for nothing.

        Args:
            name: what is done, in few words of which there are few: no ids, nothing of a person.
            traces: where the work comes from.
        """
        ...


@frozen
class NoTraces:
    """``Traces`` where nobody follows stories: costs nothing."""

    def current(self) -> str:
        """Return an empty trace."""
        return ""

    def step(self, name: str, *traces: str) -> AbstractContextManager[None]:
        """Do the block."""
        del name, traces
        return _NOTHING


NO_TRACES = NoTraces()
