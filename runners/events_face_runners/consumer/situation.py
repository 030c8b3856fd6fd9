"""Where the consumer stands, told once for each change."""

import logging

from attrs import define

from events_face_runners.observing.metrics import ConsumerState, Metrics

log = logging.getLogger(__name__)


@define
class Situation:
    """Logs and counts what becomes of the consumer, and keeps quiet while nothing does."""

    metrics: Metrics
    state: ConsumerState | None = None

    def connecting(self) -> None:
        """Kafka is asked for the first time."""
        if self._enter("connecting"):
            log.info("connecting")

    def away(self, why: Exception) -> None:
        """Kafka cannot be used."""
        if self._enter("away"):
            log.warning("Kafka cannot be used, and is tried again: %s", why)

    def joining(self) -> None:
        """There is a connection, but the group has given us no partition."""
        if self._enter("joining"):
            log.info("connected, and waiting for partitions")

    def consuming(self, partitions: int) -> None:
        """Changes are read and applied."""
        if self._enter("consuming"):
            log.info("consuming", extra={"partitions": partitions})

    def paused(self, why: Exception) -> None:
        """Changes wait: what we need to apply them is not there."""
        if self._enter("paused"):
            log.warning("paused: %s", why)

    def stopped(self) -> None:
        """The consumer ended."""
        self._enter("stopped")

    def _enter(self, state: ConsumerState) -> bool:
        changed = state != self.state
        self.state = state
        self.metrics.consumer_state(state)
        return changed
