"""The table of notifications."""

import aiosqlite
from attrs import frozen

from events_face_adapters.storage.sqlite.values import (
    from_micros,
    from_micros_or_none,
    to_micros,
    to_micros_or_none,
)
from events_face_core.notifications import Notification

_COLUMNS = "id, reference_id, email, language, template, message, created_at, sent_at"


@frozen
class SqliteNotifications:
    """``Notifications`` in one transaction."""

    connection: aiosqlite.Connection

    async def add(self, notification: Notification) -> None:
        """Insert a notification."""
        await self.connection.execute(
            f"INSERT INTO notification ({_COLUMNS})"  # noqa: S608  # constant columns
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                notification.id,
                notification.reference_id,
                notification.email,
                notification.language,
                notification.template,
                notification.message,
                to_micros(notification.created_at),
                to_micros_or_none(notification.sent_at),
            ),
        )

    async def find(self, notification_id: str) -> Notification | None:
        """Return a notification."""
        rows = await self.connection.execute_fetchall(
            f"SELECT {_COLUMNS} FROM notification WHERE id = ?",  # noqa: S608  # constant columns
            (notification_id,),
        )
        for row in rows:
            return Notification(
                id=row[0],
                reference_id=row[1],
                email=row[2],
                language=row[3],
                template=row[4],
                message=row[5],
                created_at=from_micros(row[6]),
                sent_at=from_micros_or_none(row[7]),
            )
        return None

    async def save(self, notification: Notification) -> None:
        """Replace what can change of a notification."""
        await self.connection.execute(
            "UPDATE notification SET sent_at = ? WHERE id = ?",
            (to_micros_or_none(notification.sent_at), notification.id),
        )
