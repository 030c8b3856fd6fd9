"""What the catalogue needs from outside."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from attrs import frozen

from events_face_core.catalogue.listing import EventPage, EventQuery
from events_face_core.catalogue.model import CatalogueState, Event, SourceEvent
from events_face_core.kernel import Transaction


@frozen(kw_only=True)
class SourcePage:
    """A page of changes.

    Attributes:
        events: the events that could be read, in the order of the source.
        unreadable: how many entries could not be read; they were logged and left out.
        next: where the next page begins, in the source's own words; none at the end.
    """

    events: Sequence[SourceEvent]
    unreadable: int = 0
    next: str | None = None


class EventSource(Protocol):
    """Tells which events changed.

    Pages come ordered by ``changed_at``. Reading the same page twice is harmless. An event
    that changes while pages are read appears again on a later page.
    """

    async def changes(self, since: date | None, after: str | None = None) -> SourcePage:
        """Return a page of the events changed on a day or later; ``None`` asks for all events.

        Args:
            since: the day, as the source counts days.
            after: ``next`` of the page before, or nothing for the first page.

        Raises:
            DependencyUnavailableError: the source cannot answer now.
            SourceBrokenError: it answers something that is not a page of events.
        """
        ...


class Events(Protocol):
    """The repository of events, inside one transaction."""

    async def find(self, event_id: str) -> Event | None:
        """Return one event."""
        ...

    async def find_many(self, event_ids: Collection[str]) -> Mapping[str, Event]:
        """Return those of the events that exist, by id."""
        ...

    async def upsert(self, events: Sequence[Event], *, correcting: bool = False) -> int:
        """Insert events, or replace those with an older ``changed_at``; return how many did.

        Guarded row by row in the database: older never overwrites newer and equal is no
        change, whatever runs at the same time. An id may come twice; its newest version wins.
        Where this is ``correcting``, those with the same ``changed_at`` are replaced, too.
        """
        ...

    async def remove_replaced(self, events: Sequence[Event], *, correcting: bool = False) -> int:
        """Delete what we have of these events where it is older; return how many went.

        Where this is ``correcting``, what is as old goes, too.
        """
        ...

    async def remove_over(self, limit: datetime, *, at_most: int) -> int:
        """Delete up to ``at_most`` events that ``is_over`` at the limit; return how many."""
        ...

    async def count_over(self, limit: datetime) -> int:
        """Return how many events ``is_over`` at the limit."""
        ...


class CatalogueStates(Protocol):
    """The one row that says where the catalogue stands, inside one transaction."""

    async def load(self) -> CatalogueState:
        """Return the state, locked until the transaction ends."""
        ...

    async def save(self, state: CatalogueState) -> None:
        """Replace the state."""
        ...


class CatalogueTransaction(Transaction, Protocol):
    """What the catalogue's use cases find in a transaction."""

    @property
    def events(self) -> Events:
        """The events."""
        ...

    @property
    def catalogue_states(self) -> CatalogueStates:
        """The state of the catalogue."""
        ...


class EventReads(Protocol):
    """Answers the screens. Reads what is committed, outside any command's transaction."""

    async def page(self, query: EventQuery) -> EventPage:
        """Return a page of the listing."""
        ...

    async def find(self, event_id: str) -> Event | None:
        """Return one event, or nothing."""
        ...

    async def version(self) -> int:
        """Return the version of the catalogue: it grows with each committed change."""
        ...
