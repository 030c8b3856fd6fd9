"""Registrations, and an aggregator to send them to, for the tests of registration."""

from datetime import timedelta

from attrs import define, field

from events_face_core.catalogue import Event, EventStatus
from events_face_core.kernel import Delivery, Message, OutboxState
from events_face_core.registration import (
    Answer,
    EventSnapshot,
    Language,
    Pending,
    Registered,
    Registration,
    RegistrationAccepted,
    State,
    TakeBackAnswer,
    TakenBack,
    Visitor,
)
from unit.fakes import NOON, FakeHouse

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
DUE = NOON + HOUR


def a_registration(
    registration_id: str = "registration",
    *,
    state: State | None = None,
    seat: str | None = None,
    attempts: int = 0,
    unanswered: int = 0,
    ticket_id: str | None = None,
    email: str = "ivan@example.com",
) -> Registration:
    return Registration(
        id=registration_id,
        event=EventSnapshot(id="event", name="Концерт", event_time=NOON + 10 * DAY),
        visitor=Visitor(first_name="Иван", last_name="Петров", email=email),
        seat=seat,
        language=Language.RUSSIAN,
        created_at=NOON,
        decision_due_at=DUE,
        attempts=attempts or unanswered,
        unanswered=unanswered,
        ticket_id=ticket_id,
        state=state or Pending(),
    )


def put_event(house: FakeHouse, status: EventStatus = EventStatus.OPEN) -> None:
    """Put the event into the catalogue; its registration ends in nine days."""
    house.events.all["event"] = Event(
        id="event",
        name="Концерт",
        status=status,
        event_time=NOON + 10 * DAY,
        registration_deadline=NOON + 9 * DAY,
        place=None,
        number_of_visitors=None,
        changed_at=NOON - DAY,
    )


async def claim(house: FakeHouse, kind: type[Message]) -> Delivery:
    """Claim the one message of a kind that is due."""
    now = house.clock.now()
    async with house() as tx:
        (delivery,) = await tx.outbox.claim([kind.name], limit=10, now=now, until=now)
    return delivery


async def sent(house: FakeHouse, registration: Registration) -> Delivery:
    """Save a registration and claim its message to the aggregator."""
    house.registrations.all[registration.id] = registration
    async with house() as tx:
        await tx.publish(RegistrationAccepted(registration_id=registration.id))
    return await claim(house, RegistrationAccepted)


def stands(house: FakeHouse, delivery: Delivery) -> OutboxState:
    """Tell how the outbox row of a delivery stands."""
    return house.outbox.all[delivery.id].state


@define
class FakeGateway:
    """An aggregator that answers what it is told to, and never inside our transaction."""

    house: FakeHouse
    answers: list[Answer | Exception] = field(factory=list)
    take_backs: list[TakeBackAnswer | Exception] = field(factory=list)
    idempotent: bool = False
    asked: list[Registration] = field(factory=list)
    taken_back: list[tuple[str, str]] = field(factory=list)

    async def register(self, registration: Registration) -> Answer:
        assert not self.house.turn.locked(), "the aggregator is called inside a transaction"
        self.asked.append(registration)
        answer = self.answers.pop(0) if self.answers else Registered(ticket_id="ticket")
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def take_back(self, event_id: str, ticket_id: str) -> TakeBackAnswer:
        assert not self.house.turn.locked(), "the aggregator is called inside a transaction"
        self.taken_back.append((event_id, ticket_id))
        answer = self.take_backs.pop(0) if self.take_backs else TakenBack()
        if isinstance(answer, Exception):
            raise answer
        return answer
