"""Our own events are read back as they were told."""

from datetime import UTC, datetime

import pytest

from events_face_adapters.brokers import CloudEvent, UnreadableEventError, read_cloud_event
from events_face_adapters.brokers.announcer import cloud_event
from events_face_core.announcements import Announcement

TOLD = Announcement(
    id="event",
    source="/events-face/1",
    type="registration.confirmed",
    subject="registration",
    occurred_at=datetime(2026, 1, 5, 12, tzinfo=UTC),
    data={"status": "confirmed"},
)


def test_an_event_is_read_back_as_it_was_told() -> None:
    assert read_cloud_event(cloud_event(TOLD)) == CloudEvent(
        specversion="1.0",
        id="event",
        source="/events-face/1",
        type="registration.confirmed",
        subject="registration",
    )


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (None, "no value"),
        (b"", "no CloudEvent"),
        (b"[]", "no CloudEvent"),
        (b'{"id": "event"}', "no CloudEvent"),
        (b"\xff", "no CloudEvent"),
        (cloud_event(TOLD).replace(b'"1.0"', b'"0.3"'), "CloudEvent 0.3, not 1.0"),
    ],
)
def test_another_message_is_none(value: bytes | None, reason: str) -> None:
    with pytest.raises(UnreadableEventError, match=reason):
        read_cloud_event(value)
