"""The table of favorites."""

from attrs import frozen

from events_face_adapters.storage.newest_first import page_statement
from events_face_adapters.storage.session import Row, Session
from events_face_core.engagement import Favorite, FavoritePage, Window, page_of, position_of

_COLUMNS = "id, user_id, event_id, created_at"

_SELECT = f"SELECT {_COLUMNS} FROM favorite"  # noqa: S608  # constant columns

# The update changes nothing; it makes the statement return the row that was there before.
_ADD = f"""
INSERT INTO favorite ({_COLUMNS}) VALUES ($1, $2, $3, $4)
ON CONFLICT (user_id, event_id) DO UPDATE SET event_id = excluded.event_id
RETURNING {_COLUMNS}
"""  # noqa: S608  # constant columns

_REMOVE = f"""
DELETE FROM favorite WHERE user_id = $1 AND event_id = $2 RETURNING {_COLUMNS}
"""  # noqa: S608  # constant columns


@frozen
class StoredFavorites:
    """``Favorites`` in one transaction."""

    session: Session

    async def add(self, favorite: Favorite) -> Favorite:
        """Insert a favorite; return the one that stands."""
        rows = await self.session.fetch(
            _ADD, favorite.id, favorite.user_id, favorite.event_id, favorite.created_at
        )
        return _to_favorite(self.session, rows[0])

    async def find(self, user_id: str, event_id: str) -> Favorite | None:
        """Return a person's favorite."""
        rows = await self.session.fetch(
            f"{_SELECT} WHERE user_id = $1 AND event_id = $2", user_id, event_id
        )
        return _to_favorite(self.session, rows[0]) if rows else None

    async def remove(self, user_id: str, event_id: str) -> Favorite | None:
        """Delete a person's favorite; return it."""
        rows = await self.session.fetch(_REMOVE, user_id, event_id)
        return _to_favorite(self.session, rows[0]) if rows else None

    async def forget(self, user_id: str) -> int:
        """Delete all favorites of a person."""
        return len(
            await self.session.fetch(
                "DELETE FROM favorite WHERE user_id = $1 RETURNING id", user_id
            )
        )


@frozen
class StoredFavoriteReads:
    """``FavoriteReads``."""

    session: Session

    async def page(self, user_id: str, window: Window) -> FavoritePage:
        """Return a page of a person's favorites."""
        asked = page_statement(_SELECT, ["user_id = $1"], [user_id], window)
        rows = await self.session.fetch(asked.text, *asked.values)
        return page_of(tuple(_to_favorite(self.session, row) for row in rows), window, position_of)


def _to_favorite(session: Session, row: Row) -> Favorite:
    return Favorite(id=row[0], user_id=row[1], event_id=row[2], created_at=session.instant(row[3]))
