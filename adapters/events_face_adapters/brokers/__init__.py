"""Kafka: the aggregator's changes in, our announcements out."""

from events_face_adapters.brokers.announcer import KafkaAnnouncer
from events_face_adapters.brokers.changes import UnreadableChangeError, read_change
from events_face_adapters.brokers.cloud_events import (
    CloudEvent,
    UnreadableEventError,
    read_cloud_event,
)
from events_face_adapters.brokers.consuming import ChangeStream, ConsumerPace
from events_face_adapters.brokers.dead_letters import DeadLetter, DeadLetters
from events_face_adapters.brokers.messages import IncomingMessage, OutgoingMessage
from events_face_adapters.brokers.producing import KafkaWriter

__all__ = [
    "ChangeStream",
    "CloudEvent",
    "ConsumerPace",
    "DeadLetter",
    "DeadLetters",
    "IncomingMessage",
    "KafkaAnnouncer",
    "KafkaWriter",
    "OutgoingMessage",
    "UnreadableChangeError",
    "UnreadableEventError",
    "read_change",
    "read_cloud_event",
]
