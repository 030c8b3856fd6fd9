"""What the business wants to know: facts that were committed, counted by their messages."""

from collections.abc import Sequence

from prometheus_client import CollectorRegistry, Counter

from events_face_core.kernel import Act, Message


class BusinessFigures:
    """Counts facts as the transactions that hold them commit.

    A process counts what it committed itself: add up over all of them. What a day brought is the
    increase of a day. A message is known by its name, so that nothing here depends on whose it is.
    """

    def __init__(self, registry: CollectorRegistry) -> None:
        def counter(name: str, meaning: str, *labels: str) -> Counter:
            return Counter(f"events_face_{name}", meaning, labels, registry=registry)

        self._acts = counter(
            "acts", "Changes that somebody made, by the name of their message.", "name"
        )
        self._decisions = counter(
            "registration_decisions", "Registrations that were decided, by how.", "status"
        )
        self._counters = {
            "registration.accepted": counter("registrations", "Registrations that were accepted."),
            "booking.confirmed": counter("bookings", "Bookings that were made."),
            "booking.cancelled": counter("booking_cancellations", "Bookings that were cancelled."),
        }
        self._places = {
            "booking.confirmed": counter("booked_places", "Places of bookings that were made."),
            "booking.cancelled": counter(
                "cancelled_places", "Places of bookings that were cancelled."
            ),
        }

    def committed(self, messages: Sequence[Message]) -> None:
        """Count the facts of a commit."""
        for message in messages:
            name = message.name
            if isinstance(message, Act):
                self._acts.labels(name).inc()
            if (counter := self._counters.get(name)) is not None:
                counter.inc()
            if (places := self._places.get(name)) is not None:
                places.inc(getattr(message, "quantity", 1))
            if name == "registration.decided":
                self._decisions.labels(getattr(message, "status", "unknown")).inc()
