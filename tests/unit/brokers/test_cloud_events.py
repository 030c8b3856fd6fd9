"""An announcement is a CloudEvent, as its specification 1.0 wants it."""

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest

from events_face_adapters.brokers.announcer import cloud_event
from events_face_adapters.brokers.messages import Headers, IncomingMessage
from events_face_core.announcements import Announcement
from unit.fake_traces import TRACE


def test_an_announcement_is_a_cloud_event_in_structured_json() -> None:
    moscow = timezone(timedelta(hours=3))
    announcement = Announcement(
        id="0f7d",
        source="/events-face/abc",
        type="registration.rejected",
        subject="registration",
        occurred_at=datetime(2026, 1, 15, 15, 0, 0, 250_000, tzinfo=moscow),
        data={"status": "rejected", "reason": "sold-out", "decided_at": None},
    )

    assert json.loads(cloud_event(announcement)) == {
        "specversion": "1.0",
        "id": "0f7d",
        "source": "/events-face/abc",
        "type": "registration.rejected",
        "subject": "registration",
        "time": "2026-01-15T12:00:00.250000Z",
        "datacontenttype": "application/json",
        "data": {"status": "rejected", "reason": "sold-out", "decided_at": None},
    }


def test_an_announcement_carries_the_story_that_it_belongs_to() -> None:
    announcement = Announcement(
        id="0f7d",
        source="/events-face/abc",
        type="registration.accepted",
        subject="registration",
        occurred_at=datetime(2026, 1, 15, 12, tzinfo=UTC),
        data={},
    )

    assert json.loads(cloud_event(announcement, TRACE))["traceparent"] == TRACE


@pytest.mark.parametrize(
    ("headers", "trace"),
    [
        ((), ""),
        ((("content-type", b"application/json"), ("traceparent", TRACE.encode())), TRACE),
        ((("traceparent", None),), ""),
        ((("traceparent", b"\xff"),), "\ufffd"),
    ],
)
def test_a_message_tells_the_story_that_it_was_sent_in(headers: Headers, trace: str) -> None:
    message = IncomingMessage(
        topic="topic", partition=0, offset=0, key=None, value=None, headers=headers
    )

    assert message.trace == trace
