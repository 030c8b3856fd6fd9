"""Registrations over a real socket: accepted, decided, cancelled (http-api, "Registrations")."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from msgspec.structs import replace

from events_face_core.kernel import OutboxState
from events_face_runners.background.background import keep_house
from events_face_runners.simulator import Simulator, Visitor, running_simulator
from support.making import (
    CHANGED,
    SOON,
    VISITOR,
    SetClock,
    a_visitor,
    an_event,
    calm,
    event_id,
    quick_settings,
    utc,
)
from support.problems import problem
from support.service import Service, running_service
from support.waiting import until

EVENT = event_id(1)
NOON = datetime(2026, 1, 15, 12, tzinfo=UTC)
FIELDS = {
    "id",
    "event_id",
    "status",
    "reason",
    "decision_due_at",
    "created_at",
    "decided_at",
}


def change_at_provider(simulator: Simulator, **changes: Any) -> None:  # noqa: ANN401
    """Change the event there without our noticing it."""
    simulator.world.put(replace(simulator.world.event(UUID(int=1)), **changes))


@pytest.fixture
async def clock() -> SetClock:
    return SetClock(NOON)


@pytest.fixture
async def timed(tmp_path: Path, simulator: Simulator, clock: SetClock) -> AsyncIterator[Service]:
    """A service that does nothing by itself and whose time stands still."""
    settings = quick_settings(tmp_path, simulator)
    async with running_service(settings, clock=clock, background=False) as service:
        await service.sync()
        yield service


# Accepting


async def test_a_registration_is_accepted_with_exactly_the_fields_of_the_contract(
    timed: Service,
) -> None:
    answer = await timed.register(EVENT, VISITOR)

    assert answer.status == 202
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    body = answer.json()
    assert answer.headers["Location"] == f"/api/registrations/{body['id']}"
    assert body == {
        "id": body["id"],
        "event_id": EVENT,
        "status": "pending",
        "reason": None,
        "decision_due_at": utc(NOON + timedelta(minutes=60)),
        "created_at": utc(NOON),
        "decided_at": None,
    }


async def test_the_provider_is_not_called_inside_the_request(
    simulator: Simulator, still_service: Service
) -> None:
    await still_service.register(EVENT, VISITOR)

    assert simulator.calls["register"].attempted == 0


async def test_the_location_leads_to_the_registration(still_service: Service) -> None:
    accepted = await still_service.register(EVENT, VISITOR)

    shown = await still_service.get(accepted.headers["Location"])

    assert shown.status == 200
    assert shown.json() == accepted.json()
    assert shown.headers["Cache-Control"] == "no-store"


async def test_ids_of_registrations_are_long_and_random(still_service: Service) -> None:
    ids = [
        (await still_service.register(EVENT, a_visitor(number))).json()["id"] for number in range(5)
    ]

    assert {UUID(one).version for one in ids} == {4}
    assert len(set(ids)) == 5


async def test_nothing_of_the_visitor_is_shown(still_service: Service) -> None:
    accepted = await still_service.register(EVENT, VISITOR)

    shown = await still_service.get(accepted.headers["Location"])

    assert set(shown.json()) == FIELDS
    assert "anna" not in shown.body.decode().lower()


async def test_names_are_trimmed_before_they_are_measured_and_sent(
    simulator: Simulator, still_service: Service
) -> None:
    body = {"first_name": f"  {'я' * 100}\u00a0", "last_name": " К ", "email": " a@example.com "}
    accepted = await still_service.register(EVENT, body)
    await still_service.app.deliver()

    visitor = simulator.world.registrations[UUID(int=1)][0].visitor

    assert accepted.status == 202
    assert visitor == Visitor(first_name="я" * 100, last_name="К", email="a@example.com")


@pytest.mark.parametrize(
    "body",
    [
        a_visitor(1, first_name="О'Нил-Смит"),
        a_visitor(1, last_name="李"),
        a_visitor(1, first_name="🎫"),
        a_visitor(1, email="first.last+tag@sub.example.co.uk"),
        a_visitor(1, email="ИВАН@пример.рф"),
        a_visitor(1, seat="A1"),
        a_visitor(1, seat=None),
        a_visitor(1, first_name="'; DROP TABLE registration; --"),
        a_visitor(1, first_name="<script>alert(1)</script>"),
        a_visitor(1, first_name="$first_name {0} %s"),
    ],
)
async def test_every_honest_body_is_accepted_and_decided(
    still_service: Service, body: dict[str, object]
) -> None:
    accepted = await still_service.register(EVENT, body)
    assert accepted.status == 202, accepted
    await still_service.app.deliver()

    assert await still_service.status(accepted.json()["id"]) == "confirmed"


# Deciding


async def test_a_confirmed_registration_is_one_call_one_place_and_one_message(
    simulator: Simulator, service: Service
) -> None:
    accepted = await service.register(EVENT, VISITOR)
    registration_id = accepted.json()["id"]

    async def told() -> bool:
        return bool(simulator.world.notifications)

    await until(told)
    shown = await service.registration(registration_id)
    assert shown["status"] == "confirmed"
    assert shown["reason"] is None
    assert datetime.fromisoformat(shown["decided_at"]) >= datetime.fromisoformat(
        shown["created_at"]
    )
    assert simulator.calls["register"].attempted == 1
    assert simulator.calls["notify"].attempted == 1
    there = simulator.world.registrations[UUID(int=1)]
    assert [one.visitor.email for one in there] == ["anna@example.com"]
    assert [one.idempotency_key for one in there] == [registration_id]
    message = simulator.world.notifications[0]
    assert message.email == "anna@example.com"
    assert message.reference == registration_id


async def test_the_seat_that_was_asked_for_is_taken(
    simulator: Simulator, still_service: Service
) -> None:
    await still_service.register(EVENT, {**VISITOR, "seat": "A7"})
    await still_service.app.deliver()

    assert simulator.world.registrations[UUID(int=1)][0].seat == "A7"


@pytest.mark.parametrize(
    ("changes", "body", "status"),
    [
        ({"max_visitors": 0}, {}, "rejected: sold-out"),
        ({}, {"seat": "A1"}, "rejected: sold-out"),
        ({"status": "registration_closed"}, {}, "rejected: registration-closed"),
        ({"status": "new"}, {}, "rejected: registration-closed"),
        ({"status": "cancelled"}, {}, "rejected: event-cancelled"),
        ({}, {"seat": "Z99"}, "rejected: rejected-by-provider"),
        ({}, {"email": "Taken@Example.com"}, "rejected: rejected-by-provider"),
    ],
)
async def test_a_refusal_of_the_provider_is_told_as_its_reason(
    simulator: Simulator,
    still_service: Service,
    changes: dict[str, object],
    body: dict[str, object],
    status: str,
) -> None:
    taken = Visitor(first_name="B", last_name="C", email="taken@example.com")
    simulator.world.register(UUID(int=1), taken, seat="A1")
    change_at_provider(simulator, **changes)
    accepted = await still_service.register(EVENT, {**VISITOR, **body})
    await still_service.app.deliver()

    assert await still_service.status(accepted.json()["id"]) == status
    assert len(simulator.world.notifications) == 1
    assert simulator.calls["register"].attempted == 1


async def test_an_event_that_is_gone_at_the_provider_is_event_not_found(
    simulator: Simulator, still_service: Service
) -> None:
    simulator.world.remove(UUID(int=1))
    accepted = await still_service.register(EVENT, VISITOR)
    await still_service.app.deliver()

    assert await still_service.status(accepted.json()["id"]) == "rejected: event-not-found"
    assert len(simulator.world.notifications) == 1


async def test_an_event_that_we_know_to_be_cancelled_costs_the_provider_no_call(
    simulator: Simulator, still_service: Service
) -> None:
    accepted = await still_service.register(EVENT, VISITOR)
    change_at_provider(simulator, status="cancelled", changed_at=CHANGED + timedelta(hours=1))
    await still_service.sync()
    await still_service.app.deliver()

    assert await still_service.status(accepted.json()["id"]) == "rejected: event-cancelled"
    assert simulator.calls["register"].attempted == 0


async def test_a_registration_undecided_at_its_time_is_rejected_and_told_once(
    timed: Service, simulator: Simulator, clock: SetClock
) -> None:
    accepted = await timed.register(EVENT, VISITOR)
    clock.time += timedelta(minutes=60)
    for _ in range(3):
        await timed.app.reject_overdue()
        await timed.app.deliver()

    shown = await timed.registration(accepted.json()["id"])
    assert (shown["status"], shown["reason"]) == ("rejected", "provider-unavailable")
    assert shown["decided_at"] == shown["decision_due_at"]
    assert len(simulator.world.notifications) == 1
    assert simulator.calls["register"].attempted == 0


async def test_a_registration_is_still_pending_just_before_its_time(
    timed: Service, clock: SetClock
) -> None:
    accepted = await timed.register(EVENT, VISITOR)
    clock.time += timedelta(minutes=60) - timedelta(microseconds=1)
    await timed.app.reject_overdue()

    assert await timed.status(accepted.json()["id"]) == "pending"


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("ru", "подтверждена"),
        ("en", "is confirmed"),
        ("en-US,en;q=0.9", "is confirmed"),
        ("ru;q=0.5, en;q=0.8", "is confirmed"),
        ("en;q=0.5, ru", "подтверждена"),
        ("de, fr", "подтверждена"),
        ("de, en;q=0.1", "is confirmed"),
        ("en;q=0", "подтверждена"),
        ("", "подтверждена"),
        (";;,q=,en;q=x", "подтверждена"),
    ],
)
async def test_the_visitor_is_told_in_the_language_of_the_request(
    simulator: Simulator, still_service: Service, language: str, words: str
) -> None:
    await still_service.register(EVENT, VISITOR, language=language)
    await still_service.app.deliver()

    message = simulator.world.notifications[0].message
    assert words in message
    assert "Анна" in message
    assert "Событие 1" in message


# Who may not register


async def test_an_unknown_event_is_a_problem_with_404(still_service: Service) -> None:
    problem(await still_service.register(event_id(999), VISITOR), 404, "event-not-found")


async def test_a_purged_event_takes_no_registrations(tmp_path: Path) -> None:
    over = an_event(7, event_time=datetime.now(UTC) - timedelta(days=8))
    async with (
        running_simulator(calm(over)) as simulator,
        running_service(quick_settings(tmp_path, simulator), background=False) as service,
    ):
        await service.sync()

        problem(await service.register(event_id(7), VISITOR), 404, "event-not-found")


@pytest.mark.parametrize("status", ["new", "registration_closed", "finished", "cancelled"])
async def test_an_event_that_is_not_open_takes_no_registrations(
    simulator: Simulator, still_service: Service, status: str
) -> None:
    change_at_provider(simulator, status=status, changed_at=CHANGED + timedelta(hours=1))
    await still_service.sync()

    problem(await still_service.register(EVENT, VISITOR), 409, "registration-closed")


@pytest.mark.parametrize(
    ("left", "status"),
    [
        (timedelta(microseconds=1), 202),
        (timedelta(0), 409),
        (timedelta(microseconds=-1), 409),
    ],
)
async def test_registration_closes_exactly_at_its_deadline(
    timed: Service, clock: SetClock, left: timedelta, status: int
) -> None:
    clock.time = (SOON - timedelta(days=1)).astimezone(UTC) - left

    answer = await timed.register(EVENT, VISITOR)

    assert answer.status == status
    if status == 409:
        problem(answer, 409, "registration-closed")


@pytest.mark.parametrize("email", ["anna@example.com", "ANNA@EXAMPLE.COM", " Anna@Example.com "])
@pytest.mark.parametrize("decided", [False, True])
async def test_an_email_registers_once_whatever_its_case_and_nothing_leaks(
    still_service: Service, email: str, *, decided: bool
) -> None:
    first = await still_service.register(EVENT, VISITOR, key="first")
    if decided:
        await still_service.app.deliver()

    again = await still_service.register(EVENT, a_visitor(2, email=email), key="second")

    body = problem(again, 409, "already-registered")
    assert "registration_id" not in body
    assert first.json()["id"] not in again.body.decode()


async def test_the_same_email_may_register_for_another_event(tmp_path: Path) -> None:
    async with (
        running_simulator(calm(an_event(1), an_event(2))) as simulator,
        running_service(quick_settings(tmp_path, simulator), background=False) as service,
    ):
        await service.sync()
        first = await service.register(event_id(1), VISITOR)
        second = await service.register(event_id(2), VISITOR)

    assert (first.status, second.status) == (202, 202)


async def test_a_rejected_visitor_may_try_again(
    simulator: Simulator, still_service: Service
) -> None:
    change_at_provider(simulator, max_visitors=0)
    await still_service.register(EVENT, VISITOR)
    await still_service.app.deliver()
    change_at_provider(simulator, max_visitors=1)

    again = await still_service.register(EVENT, VISITOR)
    await still_service.app.deliver()

    assert again.status == 202
    assert await still_service.status(again.json()["id"]) == "confirmed"


async def test_of_forty_posts_of_one_email_without_a_key_one_is_accepted(
    still_service: Service,
) -> None:
    answers = await asyncio.gather(*(still_service.register(EVENT, VISITOR) for _ in range(40)))

    assert sorted(answer.status for answer in answers) == [202] + [409] * 39


# Cancelling


async def test_cancelling_gives_the_place_back_and_tells_once(
    simulator: Simulator, still_service: Service
) -> None:
    accepted = await still_service.register(EVENT, VISITOR)
    await still_service.app.deliver()
    path = accepted.headers["Location"]

    cancelled = await still_service.call("DELETE", path)
    await still_service.app.deliver()

    assert cancelled.status == 202
    assert set(cancelled.json()) == FIELDS
    assert cancelled.json()["status"] == "cancelled"
    assert cancelled.json()["reason"] is None
    assert cancelled.json()["decided_at"] is not None
    assert simulator.world.registrations == {}
    messages = [one.message for one in simulator.world.notifications]
    assert len(messages) == 2
    assert "отменена" in messages[1]


async def test_cancelling_a_second_time_changes_nothing(
    simulator: Simulator, still_service: Service
) -> None:
    accepted = await still_service.register(EVENT, VISITOR)
    await still_service.app.deliver()
    path = accepted.headers["Location"]
    first = await still_service.call("DELETE", path)
    await still_service.app.deliver()

    second = await still_service.call("DELETE", path)
    await still_service.app.deliver()

    assert second.status == 202
    assert second.json() == first.json()
    assert simulator.calls["unregister"].attempted == 1
    assert len(simulator.world.notifications) == 2


async def test_cancelling_before_the_provider_was_asked_never_asks_it(
    simulator: Simulator, still_service: Service
) -> None:
    accepted = await still_service.register(EVENT, VISITOR)
    await still_service.call("DELETE", accepted.headers["Location"])
    await still_service.app.deliver()

    assert await still_service.status(accepted.json()["id"]) == "cancelled"
    assert simulator.calls["register"].attempted == 0
    assert simulator.calls["unregister"].attempted == 0
    assert len(simulator.world.notifications) == 1


async def test_cancelling_a_rejected_registration_changes_nothing(
    simulator: Simulator, still_service: Service
) -> None:
    change_at_provider(simulator, max_visitors=0)
    accepted = await still_service.register(EVENT, VISITOR)
    await still_service.app.deliver()

    answer = await still_service.call("DELETE", accepted.headers["Location"])
    await still_service.app.deliver()

    assert answer.status == 202
    assert answer.json()["status"] == "rejected"
    assert len(simulator.world.notifications) == 1


async def test_after_cancelling_the_visitor_may_register_again(
    simulator: Simulator, service: Service
) -> None:
    first = await service.register(EVENT, VISITOR)

    async def confirmed() -> bool:
        return await service.status(first.json()["id"]) == "confirmed"

    await until(confirmed)
    await service.call("DELETE", first.headers["Location"])

    second = await service.register(EVENT, VISITOR)

    async def decided() -> bool:
        return await service.status(second.json()["id"]) != "pending"

    await until(decided)
    assert await service.status(second.json()["id"]) == "confirmed"
    there = simulator.world.registrations[UUID(int=1)]
    assert [one.idempotency_key for one in there] == [second.json()["id"]]


async def test_a_place_given_back_and_asked_for_again_while_the_provider_is_away_is_held(
    simulator: Simulator, still_service: Service
) -> None:
    first = await still_service.register(EVENT, VISITOR)
    await still_service.app.deliver()
    await still_service.call("DELETE", first.headers["Location"])

    second = await still_service.register(EVENT, VISITOR)

    async def decided() -> bool:
        await still_service.app.deliver()
        return await still_service.status(second.json()["id"]) != "pending"

    await until(decided)
    assert await still_service.status(second.json()["id"]) == "confirmed"
    there = simulator.world.registrations[UUID(int=1)]
    assert [one.idempotency_key for one in there] == [second.json()["id"]]


@pytest.mark.parametrize("method", ["GET", "DELETE"])
@pytest.mark.parametrize(
    "unknown", ["nope", event_id(1), "%ff", "a%2Fb", "%27%20OR%201=1--", "x" * 200]
)
async def test_an_unknown_registration_is_a_problem_with_404(
    still_service: Service, method: str, unknown: str
) -> None:
    answer = await still_service.call(method, f"/api/registrations/{unknown}")

    problem(answer, 404, "registration-not-found")


# Bad bodies


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (a_visitor(1, first_name=""), "first_name"),
        (a_visitor(1, first_name="   "), "first_name"),
        (a_visitor(1, first_name="\u00a0"), "first_name"),
        (a_visitor(1, first_name="я" * 101), "first_name"),
        (a_visitor(1, first_name="я" * 5000), "first_name"),
        (a_visitor(1, first_name="a\x00b"), "first_name"),
        (a_visitor(1, first_name="a\nb"), "first_name"),
        (a_visitor(1, first_name="a\x7f"), "first_name"),
        (a_visitor(1, first_name="a\x85"), "first_name"),
        (a_visitor(1, first_name=None), "first_name"),
        (a_visitor(1, first_name=1), "first_name"),
        (a_visitor(1, first_name=True), "first_name"),
        (a_visitor(1, first_name=["Анна"]), "first_name"),
        (a_visitor(1, first_name={"a": "b"}), "first_name"),
        (a_visitor(1, last_name=""), "last_name"),
        (a_visitor(1, last_name="я" * 101), "last_name"),
        (a_visitor(1, last_name="a\tb"), "last_name"),
        (a_visitor(1, last_name=1.5), "last_name"),
        (a_visitor(1, email=""), "email"),
        (a_visitor(1, email="anna"), "email"),
        (a_visitor(1, email="@example.com"), "email"),
        (a_visitor(1, email="anna@"), "email"),
        (a_visitor(1, email="anna@example"), "email"),
        (a_visitor(1, email="a b@example.com"), "email"),
        (a_visitor(1, email="a@b@example.com"), "email"),
        (a_visitor(1, email="a..b@example.com"), "email"),
        (a_visitor(1, email="a@-example.com"), "email"),
        (a_visitor(1, email="a@example..com"), "email"),
        (a_visitor(1, email="<a@example.com>"), "email"),
        (a_visitor(1, email="a@example.com\r\nBcc: b@example.com"), "email"),
        (a_visitor(1, email="a@example.com,b@example.com"), "email"),
        (a_visitor(1, email=f"{'a' * 65}@example.com"), "email"),
        (a_visitor(1, email=f"a@{'b' * 60}.{'c' * 200}.com"), "email"),
        (a_visitor(1, email=None), "email"),
        (a_visitor(1, email=1), "email"),
        (a_visitor(1, seat=""), "seat"),
        (a_visitor(1, seat="  "), "seat"),
        (a_visitor(1, seat="A" * 51), "seat"),
        (a_visitor(1, seat="A\n1"), "seat"),
        (a_visitor(1, seat=1), "seat"),
        (a_visitor(1, ticket_id="x"), "ticket_id"),
        (a_visitor(1, FIRST_NAME="x"), "FIRST_NAME"),
        ({"last_name": "Ким", "email": "a@example.com"}, "first_name"),
        ({"first_name": "Анна", "email": "a@example.com"}, "last_name"),
        ({"first_name": "Анна", "last_name": "Ким"}, "email"),
    ],
)
async def test_a_bad_field_is_a_problem_with_422_that_names_it(
    still_service: Service, body: dict[str, object], field: str
) -> None:
    answer = await still_service.register(EVENT, body)

    errors = problem(answer, 422, "invalid-input")["errors"]
    assert [set(error) for error in errors] == [{"field", "message"}]
    assert errors[0]["field"] == field
    assert errors[0]["message"]


@pytest.mark.parametrize("body", [[], [VISITOR], "text", 1, 1.5, True])
async def test_json_that_is_no_object_is_a_problem_with_422(
    still_service: Service, body: object
) -> None:
    answer = await still_service.register(EVENT, body)

    problem(answer, 422, "invalid-input")


async def post(service: Service, body: bytes, content_type: str | None) -> Any:  # noqa: ANN401
    headers = {} if content_type is None else {"Content-Type": content_type}
    path = f"/api/events/{EVENT}/registrations"
    return await service.call("POST", path, data=body, headers=headers)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" ",
        b"{",
        b"}",
        b'{"first_name": "A",}',
        b"{'first_name': 'A'}",
        b"first_name=A&last_name=B",
        b'{"first_name":"\xff","last_name":"B","email":"a@example.com"}',
        b'{"first_name":"\\ud800","last_name":"B","email":"a@example.com"}',
        b'{"first_name":"A\nB","last_name":"B","email":"a@example.com"}',
        '{"first_name":"A"}'.encode("utf-16"),
        b"\xef\xbb\xbf{}",
        b"NaN",
        b'{"first_name":"A","last_name":"B","email":"a@example.com"}x',
        b"[1",
        b"{}}",
        b'{"first_name":1,}',
        b'{"first_name":NaN}',
        b'{"stranger":1',
        b'{"stranger":"\xed\xa0\x80"}',
    ],
)
async def test_what_is_not_json_is_a_problem_with_400(still_service: Service, body: bytes) -> None:
    problem(await post(still_service, body, "application/json"), 400, "malformed-json")


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 10_000,
        b"[" * 10_000 + b"]" * 10_000,
        b'{"a":' * 10_000,
        b'{"a":' * 5_000 + b"1" + b"}" * 5_000,
        b'{"first_name":' + b"[" * 10_000 + b"]" * 10_000 + b"}",
        b'{"first_name":"A","last_name":"B","email":"a@example.com","seat":' + b"[" * 10_000,
        b"9" * 10_000,
        b'{"first_name":' + b"9" * 10_000 + b"}",
    ],
)
async def test_deep_or_endless_json_is_refused_and_breaks_nothing(
    still_service: Service, body: bytes
) -> None:
    answer = await post(still_service, body, "application/json")

    assert answer.status in {400, 422}
    problem(answer, answer.status, "malformed-json" if answer.status == 400 else "invalid-input")


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "text/json",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/merge-patch+json",
        "application/jsonp",
        "application/xml",
        "garbage",
        ";;;",
    ],
)
async def test_a_wrong_content_type_is_a_problem_with_415(
    still_service: Service, content_type: str
) -> None:
    problem(await post(still_service, b"{}", content_type), 415, "unsupported-media-type")


@pytest.mark.parametrize(
    "content_type", ["application/json; charset=utf-8", "APPLICATION/JSON", "application/json ;x=1"]
)
async def test_the_content_type_of_json_may_be_written_in_every_way(
    still_service: Service, content_type: str
) -> None:
    body = b'{"first_name":"A","last_name":"B","email":"a@example.com"}'

    assert (await post(still_service, body, content_type)).status == 202


async def test_a_refused_body_leaves_nothing_behind(still_service: Service) -> None:
    await still_service.register(EVENT, a_visitor(1, seat=1), key="once")
    await still_service.register(event_id(999), a_visitor(1), key="once")

    accepted = await still_service.register(EVENT, a_visitor(1), key="once")

    assert accepted.status == 202


# Idempotency keys


async def test_forty_simultaneous_posts_with_one_key_are_one_registration(
    simulator: Simulator, service: Service
) -> None:
    answers = await asyncio.gather(
        *(service.register(EVENT, VISITOR, key="one") for _ in range(40))
    )

    assert {answer.status for answer in answers} == {202}
    assert len({answer.body for answer in answers}) == 1
    assert len({answer.headers["Location"] for answer in answers}) == 1

    async def told() -> bool:
        return bool(simulator.world.notifications)

    await until(told)
    await asyncio.sleep(0.2)
    assert simulator.calls["register"].attempted == 1
    assert simulator.calls["notify"].attempted == 1
    assert len(simulator.world.registrations[UUID(int=1)]) == 1


async def test_a_repeated_post_gets_the_first_answer_even_after_the_decision(
    still_service: Service,
) -> None:
    first = await still_service.register(EVENT, VISITOR, key="one")
    await still_service.app.deliver()

    again = await still_service.register(EVENT, VISITOR, key="one")

    assert again.status == 202
    assert again.body == first.body
    assert again.headers["Location"] == first.headers["Location"]
    assert await still_service.status(first.json()["id"]) == "confirmed"


async def test_a_repeated_post_gets_the_first_answer_even_when_the_event_is_closed(
    simulator: Simulator, still_service: Service
) -> None:
    first = await still_service.register(EVENT, VISITOR, key="one")
    change_at_provider(simulator, status="finished", changed_at=CHANGED + timedelta(hours=1))
    await still_service.sync()

    again = await still_service.register(EVENT, VISITOR, key="one")

    assert again.body == first.body


async def test_a_repeated_post_after_cancelling_registers_nobody_anew(
    simulator: Simulator, still_service: Service
) -> None:
    first = await still_service.register(EVENT, VISITOR, key="one")
    await still_service.app.deliver()
    await still_service.call("DELETE", first.headers["Location"])

    again = await still_service.register(EVENT, VISITOR, key="one")
    await still_service.app.deliver()

    assert again.body == first.body
    assert simulator.world.registrations == {}


async def test_the_order_of_fields_and_spaces_do_not_make_another_body(
    still_service: Service,
) -> None:
    first = await still_service.register(EVENT, VISITOR, key="one")

    again = await still_service.register(EVENT, dict(reversed(VISITOR.items())), key="one")

    assert again.body == first.body


@pytest.mark.parametrize(
    "change",
    [
        {"first_name": "Мария"},
        {"last_name": "Пак"},
        {"email": "maria@example.com"},
        {"seat": "A1"},
    ],
)
async def test_the_same_key_with_another_body_is_a_problem_with_422(
    still_service: Service, change: dict[str, object]
) -> None:
    await still_service.register(EVENT, VISITOR, key="one")

    answer = await still_service.register(EVENT, {**VISITOR, **change}, key="one")

    problem(answer, 422, "idempotency-key-reused")


async def test_the_same_key_for_another_event_is_a_problem_with_422(tmp_path: Path) -> None:
    async with (
        running_simulator(calm(an_event(1), an_event(2))) as simulator,
        running_service(quick_settings(tmp_path, simulator), background=False) as service,
    ):
        await service.sync()
        await service.register(event_id(1), VISITOR, key="one")

        answer = await service.register(event_id(2), VISITOR, key="one")

    problem(answer, 422, "idempotency-key-reused")


@pytest.mark.parametrize("key", ["x" * 255, "a b", "ключ", "'; --", "0"])
async def test_every_honest_key_is_kept(still_service: Service, key: str) -> None:
    first = await still_service.register(EVENT, VISITOR, key=key)

    again = await still_service.register(EVENT, VISITOR, key=key)

    assert first.status == 202
    assert again.body == first.body


@pytest.mark.parametrize("key", ["", " ", "x" * 256, "x" * 5000])
async def test_an_empty_or_endless_key_is_a_problem_with_400(
    still_service: Service, key: str
) -> None:
    answer = await still_service.call(
        "POST",
        f"/api/events/{EVENT}/registrations",
        json=VISITOR,
        headers={"Idempotency-Key": key},
    )

    assert "Idempotency-Key" in problem(answer, 400, "invalid-header")["detail"]


async def test_a_key_is_kept_for_a_day_and_more(timed: Service, clock: SetClock) -> None:
    first = await timed.register(EVENT, VISITOR, key="one")
    clock.time += timedelta(hours=25)
    await keep_house(timed.app)

    again = await timed.register(EVENT, VISITOR, key="one")

    assert again.body == first.body


async def test_once_the_key_is_forgotten_its_owner_alone_is_led_to_the_registration(
    timed: Service, clock: SetClock
) -> None:
    first = await timed.register(EVENT, VISITOR, key="one")
    clock.time += timedelta(days=3)
    await keep_house(timed.app)

    owner = await timed.register(EVENT, VISITOR, key="one")
    stranger = await timed.register(EVENT, VISITOR, key="two")

    body = problem(owner, 409, "already-registered")
    assert body["registration_id"] == first.json()["id"]
    assert "registration_id" not in problem(stranger, 409, "already-registered")


async def test_nothing_waits_in_the_outbox_after_all_is_told(
    simulator: Simulator, still_service: Service
) -> None:
    await still_service.register(EVENT, VISITOR)
    await still_service.app.deliver()

    reads = still_service.app.outbox_reads
    assert await reads.undelivered() == {}
    assert await reads.rows(OutboxState.DEAD, limit=10) == []
    assert len(simulator.world.notifications) == 1


async def test_every_field_that_is_wrong_is_named_in_one_answer(still_service: Service) -> None:
    wrong = {"first_name": "", "email": 5, "nickname": "Аня"}

    answer = await still_service.register(EVENT, wrong)

    errors = problem(answer, 422, "invalid-input")["errors"]
    assert {error["field"] for error in errors} == {"first_name", "last_name", "email", "nickname"}


async def test_every_rule_that_is_broken_is_named_in_one_answer(still_service: Service) -> None:
    wrong = {"first_name": " ", "last_name": "я" * 101, "email": "anna", "seat": "A\n1"}

    answer = await still_service.register(EVENT, wrong)

    errors = problem(answer, 422, "invalid-input")["errors"]
    assert [error["field"] for error in errors] == ["first_name", "last_name", "email", "seat"]
