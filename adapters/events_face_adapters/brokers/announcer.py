"""Announcements on a topic, as CloudEvents 1.0 in structured JSON."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
from attrs import frozen

from events_face_adapters.brokers.messages import OutgoingMessage
from events_face_adapters.brokers.producing import KafkaWriter
from events_face_core.announcements import Announcement

_HEADERS = (("content-type", b"application/cloudevents+json"),)


@frozen(kw_only=True)
class KafkaAnnouncer:
    """The core's ``Announcer``. The subject is the key, so that each keeps its order."""

    writer: KafkaWriter
    topic: str

    async def announce(self, announcement: Announcement) -> None:
        """Write the announcement to the topic.

        Raises:
            DependencyUnavailableError: it may not have been written.
        """
        message = OutgoingMessage(
            topic=self.topic,
            key=announcement.subject.encode(),
            value=cloud_event(announcement),
            headers=_HEADERS,
        )
        await self.writer.write([message])


def cloud_event(announcement: Announcement) -> bytes:
    """Return the announcement in CloudEvents' JSON format."""
    return msgspec.json.encode(
        {
            "specversion": "1.0",
            "id": announcement.id,
            "source": announcement.source,
            "type": announcement.type,
            "subject": announcement.subject,
            "time": _rfc3339(announcement.occurred_at),
            "datacontenttype": "application/json",
            "data": dict(announcement.data),
        }
    )


def _rfc3339(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")
