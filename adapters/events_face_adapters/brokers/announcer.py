"""Announcements on a topic, as CloudEvents 1.0 in structured JSON."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
from attrs import frozen

from events_face_adapters.brokers.messages import TRACE_HEADER, Headers, OutgoingMessage
from events_face_adapters.brokers.producing import KafkaWriter
from events_face_core.announcements import Announcement
from events_face_core.kernel import NO_TRACES, Traces

_HEADERS = (("content-type", b"application/cloudevents+json"),)


@frozen(kw_only=True)
class KafkaAnnouncer:
    """The core's ``Announcer``. The subject is the key, so that each keeps its order.

    Attributes:
        traces: whose story is announced; it goes into the header of the message, for whoever
            takes it, and into the event (CloudEvents' distributed tracing extension), which
            keeps it however often it is passed on.
    """

    writer: KafkaWriter
    topic: str
    traces: Traces = NO_TRACES

    async def announce(self, announcement: Announcement) -> None:
        """Write the announcement to the topic.

        Raises:
            DependencyUnavailableError: it may not have been written.
        """
        trace = self.traces.current()
        message = OutgoingMessage(
            topic=self.topic,
            key=announcement.subject.encode(),
            value=cloud_event(announcement, trace),
            headers=_headers(trace),
        )
        await self.writer.write([message])


def cloud_event(announcement: Announcement, trace: str = "") -> bytes:
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
            **({"traceparent": trace} if trace else {}),
            "data": dict(announcement.data),
        }
    )


def _headers(trace: str) -> Headers:
    return (*_HEADERS, (TRACE_HEADER, trace.encode())) if trace else _HEADERS


def _rfc3339(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")
