"""The tables of our own events, of the counters of their seats, and of categories."""

from collections.abc import Mapping
from datetime import datetime

from attrs import frozen

from events_face_adapters.storage.own_event_rows import (
    COLUMNS,
    INSERT,
    UPDATE,
    to_category,
    to_own_event,
    to_row,
)
from events_face_adapters.storage.search_text import SearchText
from events_face_adapters.storage.session import Session, instant_or_none
from events_face_core.ticketing import (
    BookingClosedError,
    CapacityBelowBookedError,
    Category,
    CategoryNameTakenError,
    OwnEvent,
    OwnEventNotFoundError,
    OwnEventStatus,
    SoldOutError,
)

_TAKE = """
UPDATE own_event_seats SET taken = taken + $2
WHERE event_id = $1 AND closes_at > $3 AND taken + $2 <= capacity RETURNING taken
"""

_ALLOW = """
UPDATE own_event_seats SET capacity = $2, closes_at = $3
WHERE event_id = $1 AND taken <= $2 RETURNING taken
"""

_WHY_NOT = """
SELECT own_event.status, own_event_seats.capacity - taken, closes_at
FROM own_event JOIN own_event_seats ON event_id = own_event.id WHERE own_event.id = $1
"""

CATEGORY_COLUMNS = "category.id, category.name, category.description, category.parent_id"


@frozen
class StoredOwnEvents:
    """``OwnEvents`` in one transaction."""

    session: Session
    search_text: SearchText

    async def find(self, event_id: str) -> OwnEvent | None:
        """Return an event."""
        rows = await self.session.fetch(
            f"SELECT {COLUMNS} FROM own_event WHERE id = $1{self.session.locking}",  # noqa: S608  # constant columns
            event_id,
        )
        return to_own_event(self.session, rows[0]) if rows else None

    async def add(self, event: OwnEvent) -> None:
        """Insert an event and its counter."""
        await self.session.fetch(INSERT, *to_row(event, self.search_text.document(event.name)))
        await self.session.fetch(
            "INSERT INTO own_event_seats (event_id, capacity, closes_at) VALUES ($1, $2, $3)",
            event.id,
            event.details.capacity,
            event.closes_at,
        )

    async def save(self, event: OwnEvent) -> None:
        """Replace an event, and what its counter allows."""
        await self.session.fetch(UPDATE, *to_row(event, self.search_text.document(event.name)))
        allowed = await self.session.fetch(
            _ALLOW, event.id, event.details.capacity, event.closes_at
        )
        if not allowed:
            raise CapacityBelowBookedError

    async def remove(self, event_id: str) -> None:
        """Delete an event and its counter."""
        await self.session.fetch("DELETE FROM own_event_seats WHERE event_id = $1", event_id)
        await self.session.fetch("DELETE FROM own_event WHERE id = $1", event_id)


@frozen
class StoredSeats:
    """``Seats`` in one transaction."""

    session: Session

    async def take(self, event_id: str, quantity: int, *, now: datetime) -> None:
        """Take seats."""
        if not await self.session.fetch(_TAKE, event_id, quantity, now):
            await self.refuse(event_id, quantity, now)

    async def give_back(self, event_id: str, quantity: int) -> None:
        """Give seats back."""
        await self.session.fetch(
            "UPDATE own_event_seats SET taken = taken - $2 WHERE event_id = $1", event_id, quantity
        )

    async def refuse(self, event_id: str, quantity: int, now: datetime) -> None:
        """Raise why so many seats could not be taken a moment ago."""
        rows = await self.session.fetch(_WHY_NOT, event_id)
        if not rows or rows[0][0] == OwnEventStatus.DRAFT.value:
            raise OwnEventNotFoundError
        closes_at = instant_or_none(self.session, rows[0][2])
        if closes_at is None or closes_at <= now:
            raise BookingClosedError
        # Some may have been given back since.
        raise SoldOutError(min(rows[0][1], quantity - 1))


@frozen
class StoredCategories:
    """``Categories`` in one transaction."""

    session: Session

    async def tree(self) -> Mapping[str, Category]:
        """Return all categories, locked in the order of their ids."""
        rows = await self.session.fetch(
            f"SELECT {CATEGORY_COLUMNS} FROM category ORDER BY id{self.session.locking}"  # noqa: S608  # constant columns
        )
        return {row[0]: to_category(row) for row in rows}

    async def exists(self, category_id: str) -> bool:
        """Tell whether there is such a category."""
        return bool(await self.session.fetch("SELECT 1 FROM category WHERE id = $1", category_id))

    async def add(self, category: Category) -> None:
        """Insert a category."""
        added = await self.session.fetch(
            "INSERT INTO category (id, name, name_key, description, parent_id)"
            " VALUES ($1, $2, $3, $4, $5) ON CONFLICT (name_key) DO NOTHING RETURNING id",
            *_to_category_row(category),
        )
        if not added:
            raise CategoryNameTakenError

    async def save(self, category: Category) -> None:
        """Replace a category."""
        # Whoever saves holds the lock on all categories; only a new one could get in between,
        # and then the unique index refuses.
        twins = await self.session.fetch(
            "SELECT 1 FROM category WHERE name_key = $1 AND id <> $2",
            category.name_key,
            category.id,
        )
        if twins:
            raise CategoryNameTakenError
        await self.session.fetch(
            "UPDATE category SET name = $2, name_key = $3, description = $4, parent_id = $5"
            " WHERE id = $1",
            *_to_category_row(category),
        )


def _to_category_row(category: Category) -> tuple[object, ...]:
    return (
        category.id,
        category.name,
        category.name_key,
        category.description,
        category.parent_id,
    )
