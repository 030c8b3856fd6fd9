"""An announcement is a CloudEvent, as its specification 1.0 wants it."""

import json
from datetime import datetime, timedelta, timezone

from events_face_adapters.brokers.announcer import cloud_event
from events_face_core.announcements import Announcement


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
