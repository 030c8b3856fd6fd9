"""The state of both services: events, registrations, notifications; no input or output."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

import msgspec

from events_face_runners.simulator.records import (
    ReceivedNotification,
    Registration,
    SimulatedEvent,
    Visitor,
    moscow_now,
)
from events_face_runners.simulator.refusals import (
    ALREADY_SOLD,
    RefusedError,
    UnexpectedEventStatusError,
    refused,
)
from events_face_runners.simulator.seating import seat_names


class World:
    """What the aggregator and the notification service remember.

    Attributes:
        listeners: are told of each event that is added or changed.
    """

    def __init__(
        self,
        events: Iterable[SimulatedEvent],
        *,
        idempotent: bool = False,
        clock: Callable[[], datetime] = moscow_now,
    ) -> None:
        self._initial = tuple(events)
        self._idempotent = idempotent
        self._clock = clock
        self.listeners: list[Callable[[SimulatedEvent], None]] = []
        self._events: dict[UUID, SimulatedEvent] = {}
        self._registrations: dict[UUID, list[Registration]] = {}
        self._notifications: dict[str, ReceivedNotification] = {}
        self._tickets_given: Counter[tuple[UUID, str]] = Counter()
        self.reset()

    def reset(self) -> None:
        """Return to the first events, without registrations and notifications."""
        self._events = {event.id: event for event in self._initial}
        self._registrations = {}
        self._notifications = {}
        self._tickets_given.clear()

    @property
    def events(self) -> list[SimulatedEvent]:
        """Every event, ordered by (changed_at, id)."""
        return sorted(self._events.values(), key=lambda event: (event.changed_at, event.id))

    @property
    def registrations(self) -> dict[UUID, list[Registration]]:
        """The registrations that stand, by event, in the order they were made."""
        return {event_id: list(made) for event_id, made in self._registrations.items() if made}

    @property
    def tickets_given(self) -> Mapping[tuple[UUID, str], int]:
        """How many tickets were ever given, by event and email; also those taken back."""
        return self._tickets_given

    @property
    def notifications(self) -> list[ReceivedNotification]:
        """The notifications accepted, in the order they first came."""
        return list(self._notifications.values())

    def event(self, event_id: UUID) -> SimulatedEvent:
        """The event, or a refusal with 404."""
        try:
            return self._events[event_id]
        except KeyError:
            raise refused(404, "Event not found.") from None

    def changed_since(self, day: date | None) -> list[SimulatedEvent]:
        """Events changed on that day or later, by the date in each event's own offset."""
        return [event for event in self.events if day is None or event.changed_at.date() >= day]

    def put(self, event: SimulatedEvent) -> None:
        """Add the event, or replace the one with its id."""
        self._events[event.id] = event
        for listener in self.listeners:
            listener(event)

    def remove(self, event_id: UUID) -> None:
        """Forget the event; its registrations stay on record."""
        self.event(event_id)
        del self._events[event_id]

    def next_change(self) -> datetime:
        """A moment for the next change: now, but later than every change so far."""
        latest = max((event.changed_at for event in self._events.values()), default=None)
        now = self._clock()
        if latest is None or latest < now:
            return now
        return (latest + timedelta(microseconds=1)).astimezone(now.tzinfo)

    def register(
        self,
        event_id: UUID,
        visitor: Visitor,
        *,
        seat: str | None = None,
        idempotency_key: str | None = None,
    ) -> Registration:
        """Give the visitor a ticket, or raise the refusal that the contract documents."""
        event = self.event(event_id)
        made = self._registrations.setdefault(event_id, [])
        if self._idempotent and idempotency_key is not None:
            for registration in made:
                if registration.idempotency_key == idempotency_key:
                    return registration
        self._check_open(event)
        self._check_not_registered(made, visitor.email)
        self._check_place(event, made, seat)
        registration = Registration(
            ticket_id=str(uuid4()), visitor=visitor, seat=seat, idempotency_key=idempotency_key
        )
        made.append(registration)
        self._tickets_given[event_id, visitor.email] += 1
        self._count_visitors(event, 1)
        return registration

    def unregister(self, event_id: UUID, ticket_id: str) -> None:
        """Take the ticket back and free its seat."""
        event = self.event(event_id)
        made = self._registrations.get(event_id, [])
        left = [registration for registration in made if registration.ticket_id != ticket_id]
        if len(left) == len(made):
            raise refused(404, "Ticket not found.")
        self._registrations[event_id] = left
        self._count_visitors(event, -1)

    def seats(self, event_id: UUID) -> list[str]:
        """The free seats of a published event."""
        event = self.event(event_id)
        if event.status != "published":
            raise UnexpectedEventStatusError(event.status)
        taken = {registration.seat for registration in self._registrations.get(event_id, [])}
        pattern = event.place.seats_pattern if event.place else ""
        return [seat for seat in seat_names(pattern) if seat not in taken]

    def notify(self, notification: ReceivedNotification) -> bool:
        """Accept the notification; False when its key was seen before."""
        seen = self._notifications.get(notification.key)
        if seen is not None:
            again = msgspec.structs.replace(seen, times=seen.times + 1)
            self._notifications[notification.key] = again
            return False
        self._notifications[notification.key] = notification
        return True

    def _check_open(self, event: SimulatedEvent) -> None:
        if event.status == "cancelled":
            raise refused(400, "Event is cancelled.")
        if event.status != "published":
            raise refused(400, "Registration is closed.")

    def _check_not_registered(self, made: list[Registration], email: str) -> None:
        if any(one.visitor.email.casefold() == email.casefold() for one in made):
            raise refused(400, "Visitor is already registered for this event.")

    def _check_place(
        self, event: SimulatedEvent, made: list[Registration], seat: str | None
    ) -> None:
        if event.number_of_visitors >= event.max_visitors:
            raise refused(400, "No places left: sold out.")
        if seat is None:
            return
        pattern = event.place.seats_pattern if event.place else ""
        if pattern and seat not in seat_names(pattern):
            raise refused(400, "There is no such seat.")
        if any(one.seat == seat for one in made):
            raise RefusedError(400, ALREADY_SOLD)

    def _count_visitors(self, event: SimulatedEvent, more: int) -> None:
        self.put(
            msgspec.structs.replace(
                event,
                number_of_visitors=max(0, event.number_of_visitors + more),
                changed_at=self.next_change(),
            )
        )
