"""The consumer of the aggregator's Kafka topic of changes."""

from events_face_runners.consumer.server import consume, run_consumer

__all__ = ["consume", "run_consumer"]
