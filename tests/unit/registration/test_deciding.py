"""The decisions of registration, branch by branch."""

from datetime import datetime, timedelta

import pytest

from events_face_core.kernel import Message
from events_face_core.registration import (
    AlreadyRegisteredThere,
    Answer,
    Cancelled,
    Confirmed,
    Reason,
    Refused,
    Registered,
    RegistrationDecided,
    Rejected,
    State,
    TakeBackRequested,
)
from events_face_core.registration.deciding import (
    LATE_REPLY,
    attempt_not_made,
    begin_attempt,
    cancel,
    conclude,
    expire,
    take_back_not_before,
)
from unit.fakes import NOON
from unit.registration.making import DUE, MINUTE, a_registration

LATER = NOON + 5 * MINUTE
CONFIRMED = Confirmed(decided_at=NOON)
REJECTED = Rejected(decided_at=NOON, reason=Reason.SOLD_OUT)
CANCELLED = Cancelled(decided_at=NOON)
DECIDED: list[State] = [CONFIRMED, REJECTED, CANCELLED]
SOLD_OUT = Refused(reason=Reason.SOLD_OUT)
ALREADY = AlreadyRegisteredThere()


def _decided(status: str, reason: str = "") -> RegistrationDecided:
    return RegistrationDecided(registration_id="registration", status=status, reason=reason)


def _take_back(ticket_id: str = "") -> TakeBackRequested:
    return TakeBackRequested(registration_id="registration", ticket_id=ticket_id)


# Attempts.


def test_an_attempt_is_counted_before_its_answer_is_known() -> None:
    begun = begin_attempt(begin_attempt(a_registration()))

    assert (begun.attempts, begun.unanswered) == (2, 2)


def test_an_attempt_that_was_not_made_leaves_no_doubt() -> None:
    registration = attempt_not_made(begin_attempt(a_registration()))

    assert (registration.attempts, registration.unanswered) == (1, 0)


def test_there_are_never_fewer_doubts_than_none() -> None:
    assert attempt_not_made(a_registration()).unanswered == 0


# The first answer, while the registration is pending.


def test_a_ticket_confirms() -> None:
    step = conclude(a_registration(unanswered=1), Registered(ticket_id="t"), LATER)

    assert step.registration.state == Confirmed(decided_at=LATER)
    assert (step.registration.ticket_id, step.registration.unanswered) == ("t", 0)
    assert step.messages == (_decided("confirmed"),)


@pytest.mark.parametrize("reason", Reason)
@pytest.mark.parametrize("seat", [None, "A1"])
def test_a_refusal_rejects_with_its_reason(reason: Reason, seat: str | None) -> None:
    step = conclude(a_registration(unanswered=1, seat=seat), Refused(reason=reason), LATER)

    assert step.registration.state == Rejected(decided_at=LATER, reason=reason)
    assert step.messages == (_decided("rejected", reason.value),)
    assert not step.unknown


def test_somebody_elses_registration_of_the_same_person_rejects() -> None:
    step = conclude(a_registration(unanswered=1), ALREADY, LATER)

    assert step.registration.reason is Reason.REJECTED_BY_PROVIDER
    assert step.messages == (_decided("rejected", "rejected-by-provider"),)


# Answers after a reply was lost.


def test_a_registration_there_after_a_lost_reply_is_our_own() -> None:
    step = conclude(a_registration(unanswered=2), ALREADY, LATER)

    assert step.registration.state == Confirmed(decided_at=LATER)
    assert (step.registration.ticket_id, step.registration.unanswered) == (None, 1)
    assert step.messages == (_decided("confirmed"),)


def test_a_sold_seat_after_a_lost_reply_may_be_our_own_and_decides_nothing() -> None:
    step = conclude(a_registration(unanswered=2, seat="A1"), SOLD_OUT, LATER)

    assert step.registration.status == "pending"
    assert step.registration.unanswered == 1
    assert step.messages == ()
    assert "A1" in step.unknown


def test_a_sold_seat_after_a_lost_reply_rejects_where_retries_are_exact() -> None:
    registration = a_registration(unanswered=2, seat="A1")

    step = conclude(registration, SOLD_OUT, LATER, exact_retries=True)

    assert step.registration.reason is Reason.SOLD_OUT
    assert not step.unknown


def test_no_other_refusal_of_a_seat_after_a_lost_reply_is_in_doubt() -> None:
    registration = a_registration(unanswered=2, seat="A1")

    step = conclude(registration, Refused(reason=Reason.EVENT_NOT_FOUND), LATER)

    assert step.registration.reason is Reason.EVENT_NOT_FOUND
    assert not step.unknown


@pytest.mark.parametrize("reason", [Reason.SOLD_OUT, Reason.REGISTRATION_CLOSED])
def test_a_refusal_after_a_lost_reply_asks_for_the_place_that_may_be_held(reason: Reason) -> None:
    registration = a_registration(unanswered=2)

    step = conclude(registration, Refused(reason=reason), LATER)

    assert step.messages == (_decided("rejected", reason.value), _take_back())


# Answers after the decision.


@pytest.mark.parametrize("state", [REJECTED, CANCELLED])
def test_a_late_ticket_is_taken_back(state: State) -> None:
    registration = a_registration(state=state, unanswered=1)

    step = conclude(registration, Registered(ticket_id="t"), LATER)

    assert (step.registration.state, step.registration.unanswered) == (state, 0)
    assert step.messages == (_take_back("t"),)


def test_a_second_ticket_of_a_confirmed_registration_is_taken_back() -> None:
    registration = a_registration(state=CONFIRMED, ticket_id="first", unanswered=1)

    step = conclude(registration, Registered(ticket_id="second"), LATER)

    assert (step.registration.state, step.registration.ticket_id) == (CONFIRMED, "first")
    assert step.messages == (_take_back("second"),)


@pytest.mark.parametrize("known", [None, "t"])
def test_the_ticket_of_a_confirmed_registration_is_noted_and_tells_nobody(
    known: str | None,
) -> None:
    registration = a_registration(state=CONFIRMED, ticket_id=known, unanswered=1)

    step = conclude(registration, Registered(ticket_id="t"), LATER)

    assert (step.registration.state, step.registration.ticket_id) == (CONFIRMED, "t")
    assert (step.registration.unanswered, step.messages) == (0, ())


@pytest.mark.parametrize("state", DECIDED)
@pytest.mark.parametrize("answer", [SOLD_OUT, ALREADY])
def test_a_late_answer_without_a_ticket_changes_no_decision(state: State, answer: Answer) -> None:
    registration = a_registration(state=state, seat="A1", unanswered=2)

    step = conclude(registration, answer, LATER)

    assert (step.registration.state, step.registration.unanswered) == (state, 1)
    assert (step.messages, step.unknown) == ((), "")


# The deadline.


@pytest.mark.parametrize("now", [DUE, DUE + MINUTE])
def test_what_is_undecided_when_it_is_due_is_rejected(now: datetime) -> None:
    step = expire(a_registration(), now)

    assert step.registration.state == Rejected(decided_at=now, reason=Reason.PROVIDER_UNAVAILABLE)
    assert step.messages == (_decided("rejected", "provider-unavailable"),)


def test_a_place_that_may_be_held_when_it_is_due_is_asked_back() -> None:
    step = expire(a_registration(unanswered=1), DUE)

    assert step.messages == (_decided("rejected", "provider-unavailable"), _take_back())


def test_before_it_is_due_nothing_expires() -> None:
    registration = a_registration(unanswered=1)

    step = expire(registration, DUE - timedelta(microseconds=1))

    assert (step.registration, step.messages) == (registration, ())


@pytest.mark.parametrize("state", DECIDED)
def test_what_is_decided_does_not_expire(state: State) -> None:
    registration = a_registration(state=state, unanswered=1)

    step = expire(registration, DUE + MINUTE)

    assert (step.registration, step.messages) == (registration, ())


# Cancelling.


def test_a_registration_that_was_never_sent_is_cancelled_here_alone() -> None:
    step = cancel(a_registration(), LATER)

    assert step.registration.state == Cancelled(decided_at=LATER)
    assert step.messages == (_decided("cancelled"),)


def test_a_place_that_may_be_held_is_asked_back_when_it_is_cancelled() -> None:
    step = cancel(a_registration(unanswered=1), LATER)

    assert step.messages == (_decided("cancelled"), _take_back())


def test_the_ticket_of_a_confirmed_registration_is_taken_back_when_it_is_cancelled() -> None:
    step = cancel(a_registration(state=CONFIRMED, ticket_id="t"), LATER)

    assert step.registration.state == Cancelled(decided_at=LATER)
    assert step.messages == (_decided("cancelled"), _take_back("t"))


def test_where_the_ticket_is_known_no_doubt_outlives_the_registration() -> None:
    step = cancel(a_registration(state=CONFIRMED, ticket_id="t", unanswered=1), LATER)

    # Nothing but the ticket is asked back: nothing else would ever end the doubt.
    assert step.registration.unanswered == 0
    assert step.messages == (_decided("cancelled"), _take_back("t"))


def test_a_place_confirmed_without_a_ticket_is_asked_back_when_it_is_cancelled() -> None:
    step = cancel(a_registration(state=CONFIRMED, unanswered=1), LATER)

    assert step.messages == (_decided("cancelled"), _take_back())


def test_a_cancellation_can_have_a_reason() -> None:
    step = cancel(a_registration(state=CONFIRMED), LATER, Reason.EVENT_CANCELLED)

    assert step.registration.reason is Reason.EVENT_CANCELLED
    assert step.messages == (_decided("cancelled", "event-cancelled"),)


@pytest.mark.parametrize("state", [REJECTED, CANCELLED])
def test_what_holds_no_place_any_more_is_not_cancelled_again(state: State) -> None:
    registration = a_registration(state=state, ticket_id="t", unanswered=1)

    step = cancel(registration, LATER)

    assert (step.registration, step.messages) == (registration, ())


# When messages go out.


def test_a_take_back_without_a_ticket_waits_for_a_late_reply() -> None:
    assert take_back_not_before(_take_back(), NOON) == NOON + LATE_REPLY


@pytest.mark.parametrize("message", [_take_back("t"), _decided("confirmed")])
def test_every_other_message_goes_out_at_once(message: Message) -> None:
    assert take_back_not_before(message, NOON) is None
