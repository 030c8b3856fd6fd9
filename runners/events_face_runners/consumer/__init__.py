"""The consumers of Kafka topics: of the aggregator's changes, and of whatever else is followed."""

from events_face_runners.consumer.server import consume, follow, run_consumer

__all__ = ["consume", "follow", "run_consumer"]
