"""The table of notifications."""

from collections.abc import Collection

from attrs import frozen

from events_face_adapters.storage.session import Session, instant_or_none
from events_face_core.notifications import Notification

_COLUMNS = "id, reference_id, email, language, template, message, created_at, sent_at"

_INSERT = f"""
INSERT INTO notification ({_COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
"""  # noqa: S608  # constant columns

_INSERT_ONCE = f"{_INSERT} ON CONFLICT (id) DO NOTHING RETURNING id"

_SELECT = f"SELECT {_COLUMNS} FROM notification"  # noqa: S608  # constant columns


@frozen
class StoredNotifications:
    """``Notifications`` in one transaction."""

    session: Session

    async def add(self, notification: Notification) -> None:
        """Insert a notification."""
        await self.session.fetch(_INSERT, *_values(notification))

    async def add_once(self, notification: Notification) -> bool:
        """Insert a notification unless its id is there."""
        return bool(await self.session.fetch(_INSERT_ONCE, *_values(notification)))

    async def known(self, notification_ids: Collection[str]) -> Collection[str]:
        """Return which of these ids are there."""
        if not notification_ids:
            return set()
        places = ", ".join(f"${number}" for number in range(1, len(notification_ids) + 1))
        rows = await self.session.fetch(
            f"SELECT id FROM notification WHERE id IN ({places})",  # noqa: S608  # places only
            *notification_ids,
        )
        return {row[0] for row in rows}

    async def find(self, notification_id: str) -> Notification | None:
        """Return a notification."""
        rows = await self.session.fetch(
            f"{_SELECT} WHERE id = $1{self.session.locking}", notification_id
        )
        for row in rows:
            return Notification(
                id=row[0],
                reference_id=row[1],
                email=row[2],
                language=row[3],
                template=row[4],
                message=row[5],
                created_at=self.session.instant(row[6]),
                sent_at=instant_or_none(self.session, row[7]),
            )
        return None

    async def save(self, notification: Notification) -> None:
        """Replace what can change of a notification."""
        await self.session.fetch(
            "UPDATE notification SET sent_at = $1 WHERE id = $2",
            notification.sent_at,
            notification.id,
        )

    async def erase(self, reference_ids: Collection[str]) -> None:
        """Empty the rows that are about these things."""
        if reference_ids:
            places = ", ".join(f"${number}" for number in range(1, len(reference_ids) + 1))
            await self.session.fetch(
                "UPDATE notification SET email = '', message = ''"  # noqa: S608  # places only
                f" WHERE reference_id IN ({places})",
                *reference_ids,
            )


def _values(notification: Notification) -> tuple[object, ...]:
    return (
        notification.id,
        notification.reference_id,
        notification.email,
        notification.language,
        notification.template,
        notification.message,
        notification.created_at,
        notification.sent_at,
    )
