"""Whatever happens in whatever order, a registration keeps its promises."""

from datetime import timedelta

from attrs import define, field
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from events_face_core.registration import (
    AlreadyRegisteredThere,
    Answer,
    Confirmed,
    Pending,
    Reason,
    Refused,
    Registered,
    RegistrationDecided,
    TakeBackRequested,
)
from events_face_core.registration.deciding import (
    Step,
    attempt_not_made,
    begin_attempt,
    cancel,
    conclude,
    expire,
)
from unit.fakes import NOON
from unit.registration.making import a_registration

ALLOWED = [[], ["confirmed"], ["rejected"], ["cancelled"], ["confirmed", "cancelled"]]


@define
class Provider:
    """The aggregator: its generations differ in what they remember of a visitor."""

    knows_attempts: bool
    knows_visitors: bool
    tickets: list[str] = field(factory=list)
    held: set[str] = field(factory=set)

    def register(self, *, seat: str | None) -> Answer:
        if self.tickets and self.knows_attempts:
            return Registered(ticket_id=self.tickets[0])
        if self.held and self.knows_visitors:
            return AlreadyRegisteredThere()
        if self.held and seat is not None:
            return Refused(reason=Reason.SOLD_OUT)
        ticket_id = f"ticket-{len(self.tickets) + 1}"
        self.tickets.append(ticket_id)
        self.held.add(ticket_id)
        return Registered(ticket_id=ticket_id)


class RegistrationMachine(RuleBasedStateMachine):
    """Drives one registration; replies arrive late, twice, in any order, or never."""

    @initialize(
        provider=st.builds(Provider, knows_attempts=st.booleans(), knows_visitors=st.booleans()),
        seat=st.sampled_from([None, "A1"]),
    )
    def begin(self, provider: Provider, seat: str | None) -> None:
        self.now = NOON
        self.provider = provider
        self.registration = a_registration(seat=seat)
        self.replies: list[Answer] = []
        self.lost = 0
        self.known: set[str] = set()
        self.decisions: list[RegistrationDecided] = []
        self.transitions: list[str] = []
        self.asked_back: list[str] = []
        self.settled = False

    def _take(self, step: Step) -> None:
        if step.registration.state != self.registration.state:
            self.transitions.append(step.registration.status)
        self.registration = step.registration
        for message in step.messages:
            if isinstance(message, RegistrationDecided):
                self.decisions.append(message)
            elif isinstance(message, TakeBackRequested):
                self.asked_back.append(message.ticket_id)

    def _may_send(self) -> bool:
        return (
            isinstance(self.registration.state, Pending)
            and self.now < self.registration.decision_due_at
        )

    @precondition(_may_send)
    @rule()
    def send(self) -> None:
        self.registration = begin_attempt(self.registration)
        self.replies.append(self.provider.register(seat=self.registration.seat))

    @precondition(_may_send)
    @rule(reason=st.sampled_from(Reason))
    def send_and_be_refused(self, reason: Reason) -> None:
        self.registration = begin_attempt(self.registration)
        self.replies.append(Refused(reason=reason))

    @precondition(_may_send)
    @rule()
    def fail_to_send(self) -> None:
        self.registration = attempt_not_made(begin_attempt(self.registration))

    @precondition(lambda self: self.replies)
    @rule(data=st.data())
    def hear(self, data: st.DataObject) -> None:
        answer = self.replies.pop(data.draw(st.integers(0, len(self.replies) - 1)))
        if isinstance(answer, Registered):
            self.known.add(answer.ticket_id)
        exact = self.provider.knows_attempts
        self._take(conclude(self.registration, answer, self.now, exact_retries=exact))

    @precondition(lambda self: self.replies)
    @rule(data=st.data())
    def lose(self, data: st.DataObject) -> None:
        self.replies.pop(data.draw(st.integers(0, len(self.replies) - 1)))
        self.lost += 1

    @rule()
    def cancel(self) -> None:
        kept = self.registration.active and self.registration.ticket_id is not None
        self.settled = self.settled or kept
        self._take(cancel(self.registration, self.now))

    @rule()
    def expire(self) -> None:
        self._take(expire(self.registration, self.now))

    @rule()
    def wait(self) -> None:
        self.now += timedelta(minutes=31)

    @rule()
    def take_back(self) -> None:
        self.provider.held -= set(self.asked_back)

    @invariant()
    def decisions_follow_one_of_the_ways(self) -> None:
        assert self.transitions in ALLOWED

    @invariant()
    def each_decision_is_told_once(self) -> None:
        assert [decision.status for decision in self.decisions] == self.transitions

    @invariant()
    def what_is_told_is_how_it_stands(self) -> None:
        reason = self.registration.reason
        told = [(d.status, d.reason) for d in self.decisions[-1:]]
        assert told in ([], [(self.registration.status, reason.value if reason else "")])

    @invariant()
    def every_unneeded_ticket_that_we_know_is_asked_back(self) -> None:
        kept = {self.registration.ticket_id} if self.registration.active else set()
        assert self.known - kept <= set(self.asked_back)

    @invariant()
    def the_ticket_of_a_confirmed_registration_is_never_asked_back(self) -> None:
        if isinstance(self.registration.state, Confirmed):
            assert self.registration.ticket_id not in self.asked_back
            assert "" not in self.asked_back

    @invariant()
    def each_attempt_without_an_answer_is_remembered(self) -> None:
        """Until the ticket that was kept is asked back, for all of them."""
        doubts = 0 if self.settled else len(self.replies) + self.lost
        assert self.registration.unanswered == doubts


class ForgettingMachine(RegistrationMachine):
    """The same, watched for places that are held there and forgotten here."""

    @invariant()
    def a_place_that_nobody_wants_is_asked_back_or_doubted(self) -> None:
        """Of a registration that was never confirmed."""
        if self.transitions in (["rejected"], ["cancelled"]) and not self.replies:
            assert self.provider.held <= set(self.asked_back) or "" in self.asked_back


TestRegistration = RegistrationMachine.TestCase
TestForgetting = ForgettingMachine.TestCase
TestRegistration.settings = settings(deadline=None, max_examples=150, stateful_step_count=20)
TestForgetting.settings = settings(deadline=None, max_examples=150, stateful_step_count=20)
