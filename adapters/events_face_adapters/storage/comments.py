"""The table of comments."""

from attrs import frozen

from events_face_adapters.storage.newest_first import page_statement
from events_face_adapters.storage.session import Row, Session
from events_face_core.engagement import Comment, CommentPage, Window, page_of, position_of

_COLUMNS = "id, event_id, user_id, content, created_at"

_SELECT = f"SELECT {_COLUMNS} FROM comment"  # noqa: S608  # constant columns

_INSERT = f"INSERT INTO comment ({_COLUMNS}) VALUES ($1, $2, $3, $4, $5)"  # noqa: S608  # likewise


@frozen
class StoredComments:
    """``Comments`` in one transaction."""

    session: Session

    async def add(self, comment: Comment) -> None:
        """Insert a comment."""
        await self.session.fetch(
            _INSERT,
            comment.id,
            comment.event_id,
            comment.user_id,
            comment.content,
            comment.created_at,
        )

    async def find(self, comment_id: str) -> Comment | None:
        """Return a comment."""
        rows = await self.session.fetch(
            f"{_SELECT} WHERE id = $1{self.session.locking}", comment_id
        )
        return _to_comment(self.session, rows[0]) if rows else None

    async def remove(self, comment_id: str) -> None:
        """Delete a comment."""
        await self.session.fetch("DELETE FROM comment WHERE id = $1", comment_id)

    async def forget(self, user_id: str) -> int:
        """Take a person out of the comments."""
        return len(
            await self.session.fetch(
                "UPDATE comment SET user_id = NULL WHERE user_id = $1 RETURNING id", user_id
            )
        )


@frozen
class StoredCommentReads:
    """``CommentReads``."""

    session: Session

    async def page(self, event_id: str, window: Window) -> CommentPage:
        """Return a page of an event's comments."""
        asked = page_statement(_SELECT, ["event_id = $1"], [event_id], window)
        rows = await self.session.fetch(asked.text, *asked.values)
        return page_of(tuple(_to_comment(self.session, row) for row in rows), window, position_of)


def _to_comment(session: Session, row: Row) -> Comment:
    return Comment(
        id=row[0],
        event_id=row[1],
        user_id=row[2],
        content=row[3],
        created_at=session.instant(row[4]),
    )
