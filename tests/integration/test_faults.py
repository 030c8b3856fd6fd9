"""What the outside does to us, and what becomes of registrations then (issue: "must hold").

Where only the order of things matters, the test sets the clock and lets the relays run; where
time itself is the point, everything runs by itself.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median, quantiles
from time import monotonic
from typing import Literal
from uuid import UUID

import pytest
from msgspec.structs import replace

from events_face_core.kernel import OutboxRow, OutboxState
from events_face_runners.simulator import Faults, Simulator, Visitor
from support.making import (
    CHANGED,
    VISITOR,
    SetClock,
    a_visitor,
    an_event,
    event_id,
    quick_settings,
)
from support.service import Service, running_service
from support.stage import Choices, stage
from support.waiting import until

figures = logging.getLogger("figures")

Kind = Literal["list", "register", "unregister", "seats", "notify"]

EVENT = event_id(1)
HOUSE = UUID(int=1)
NOON = datetime(2026, 1, 15, 12, tzinfo=UTC)
PROVIDER: tuple[Kind, ...] = ("list", "register", "unregister", "seats")


def failing(*kinds: Kind, status: int = 503, latency: float = 0.0) -> Faults:
    """Every call of these kinds fails, without acting."""
    return Faults(fail_rate=1.0, statuses=(status,), latency=latency, target=frozenset(kinds))


def hanging(*kinds: Kind) -> Faults:
    return Faults(hang_rate=1.0, target=frozenset(kinds))


def losing_replies(*kinds: Kind) -> Faults:
    """Every call of these kinds acts, and nobody hears of it."""
    return Faults(lost_reply_rate=1.0, target=frozenset(kinds))


def talking_nonsense(*kinds: Kind) -> Faults:
    """Every call of these kinds acts, and is answered with HTML or half a JSON."""
    return Faults(garbage_rate=1.0, target=frozenset(kinds))


def emails(simulator: Simulator) -> list[str]:
    """Who holds a place at the event, there."""
    return sorted(one.visitor.email for one in simulator.world.registrations.get(HOUSE, []))


def told(simulator: Simulator) -> list[str]:
    """Who got messages; each key counts once."""
    return sorted(one.email for one in simulator.world.notifications)


async def dead_letters(service: Service) -> list[OutboxRow]:
    return list(await service.app.outbox_reads.rows(OutboxState.DEAD, limit=100))


async def waiting(service: Service) -> list[OutboxRow]:
    return list(await service.app.outbox_reads.rows(OutboxState.PENDING, limit=100))


async def nothing_waits(service: Service) -> None:
    """Return once the outbox is empty: a row is done a moment after its call was answered."""

    async def empty() -> bool:
        return await waiting(service) == []

    await until(empty)


@pytest.fixture
def clock() -> SetClock:
    return SetClock(NOON)


@pytest.fixture
async def timed(tmp_path: Path, clock: SetClock) -> AsyncIterator[tuple[Simulator, Service]]:
    """Both services; ours moves only when the test says so."""
    async with stage(tmp_path, clock=clock, background=False) as both:
        yield both


@pytest.fixture
async def exact(tmp_path: Path, clock: SetClock) -> AsyncIterator[tuple[Simulator, Service]]:
    """The same with an aggregator that knows repetitions, which ours is told."""
    async with stage(
        tmp_path,
        simulated={"idempotent": True},
        settings={"provider_idempotent": True},
        clock=clock,
        background=False,
    ) as both:
        yield both


async def run(service: Service, clock: SetClock, **later: float) -> None:
    """Let time pass, then do all that is due."""
    clock.time += timedelta(**later)
    await service.app.reject_overdue()
    await service.app.deliver()


# The provider is dead


async def answer_times(service: Service, path: str, times: int) -> list[float]:
    """The seconds that each of several requests in a row took."""
    seconds = []
    for _ in range(times):
        started = monotonic()
        answer = await service.get(path)
        seconds.append(monotonic() - started)
        assert answer.status == 200
    return seconds


def p95(seconds: list[float]) -> float:
    return quantiles(seconds, n=20)[-1]


async def test_sixty_registrations_wait_out_a_dead_provider_and_are_all_decided_once(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as (simulator, service):
        before = p95(await answer_times(service, "/api/events", 100))
        simulator.faults = failing(*PROVIDER, latency=0.3)
        accepting: list[float] = []
        accepted: list[str] = []
        for number in range(60):
            started = monotonic()
            answer = await service.register(EVENT, a_visitor(number), key=f"key-{number}")
            accepting.append(monotonic() - started)
            assert answer.status == 202
            accepted.append(answer.json()["id"])
        during = p95(await answer_times(service, "/api/events", 100))
        await asyncio.sleep(2.0)
        asked_while_dead = simulator.calls["register"].attempted
        assert {await service.status(one) for one in accepted} == {"pending"}
        simulator.faults = Faults()

        async def all_decided() -> bool:
            return {await service.status(one) for one in accepted} == {"confirmed"}

        async def all_told() -> bool:
            return len(simulator.world.notifications) == 60

        drained = await until(all_decided, seconds=15)
        await until(all_told)

        figures.info(
            "accepted in %.1f ms (p95 %.1f); listing p95 %.1f ms, before %.1f; "
            "%d calls to the dead provider; drained in %.2f s",
            median(accepting) * 1000,
            p95(accepting) * 1000,
            during * 1000,
            before * 1000,
            asked_while_dead,
            drained,
        )
        # Whoever waited for the aggregator would wait for the 0.3 s of its answer.
        assert median(accepting) < 0.15
        assert p95(accepting) < 0.3
        assert during < max(0.03, before * 5)
        assert asked_while_dead <= 36
        everyone = sorted(f"a{number}@example.com" for number in range(60))
        assert emails(simulator) == everyone
        assert told(simulator) == everyone
        assert {one.times for one in simulator.world.notifications} == {1}
        await nothing_waits(service)
        assert await dead_letters(service) == []


async def test_a_provider_that_is_not_there_at_all_rejects_nobody(
    tmp_path: Path, clock: SetClock
) -> None:
    async with stage(tmp_path, clock=clock, background=False) as (simulator, service):
        settings = quick_settings(tmp_path, simulator, provider_url="http://127.0.0.1:1")
        accepted = await service.register(EVENT, VISITOR)
        async with running_service(settings, clock=clock, background=False) as lost:
            await run(lost, clock, seconds=1)
            assert await lost.status(accepted.json()["id"]) == "pending"

        await run(service, clock, seconds=60)

        assert await service.status(accepted.json()["id"]) == "confirmed"
        assert emails(simulator) == [VISITOR["email"]]


async def test_a_wrong_token_is_an_outage_and_no_refusal(tmp_path: Path, clock: SetClock) -> None:
    async with stage(tmp_path, clock=clock, background=False) as (simulator, service):
        settings = quick_settings(tmp_path, simulator, provider_token="wrong")
        accepted = await service.register(EVENT, VISITOR)
        async with running_service(settings, clock=clock, background=False) as mistaken:
            await run(mistaken, clock, seconds=1)
            assert await mistaken.status(accepted.json()["id"]) == "pending"

        await run(service, clock, seconds=60)

        assert await service.status(accepted.json()["id"]) == "confirmed"


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
@pytest.mark.parametrize("html", [False, True])
async def test_every_passing_failure_is_tried_again(
    timed: tuple[Simulator, Service], clock: SetClock, status: int, *, html: bool
) -> None:
    simulator, service = timed
    simulator.faults = Faults(
        fail_first=1, statuses=(status,), html_errors=html, target=frozenset({"register"})
    )
    accepted = await service.register(EVENT, VISITOR)
    await run(service, clock)
    after_failure = await service.status(accepted.json()["id"])

    await run(service, clock, seconds=30)

    assert after_failure == "pending"
    assert await service.status(accepted.json()["id"]) == "confirmed"
    assert simulator.calls["register"].attempted == 2
    assert emails(simulator) == [VISITOR["email"]]
    assert told(simulator) == [VISITOR["email"]]


# Replies are lost


async def test_a_reply_lost_after_the_provider_acted_ends_in_one_confirmed_registration(
    timed: tuple[Simulator, Service], clock: SetClock
) -> None:
    simulator, service = timed
    simulator.faults = losing_replies("register")
    accepted = await service.register(EVENT, VISITOR)
    await run(service, clock)
    there_before_we_know = emails(simulator)
    status_before_we_know = await service.status(accepted.json()["id"])
    simulator.faults = Faults()

    await run(service, clock, seconds=30)

    assert there_before_we_know == [VISITOR["email"]]
    assert status_before_we_know == "pending"
    assert await service.status(accepted.json()["id"]) == "confirmed"
    assert emails(simulator) == [VISITOR["email"]]
    assert told(simulator) == [VISITOR["email"]]


async def test_a_reply_lost_many_times_still_ends_in_one_registration(
    timed: tuple[Simulator, Service], clock: SetClock
) -> None:
    simulator, service = timed
    simulator.faults = losing_replies("register")
    accepted = await service.register(EVENT, {**VISITOR, "seat": "A1"})
    for _ in range(4):
        await run(service, clock, seconds=30)
    simulator.faults = Faults()

    await run(service, clock, seconds=30)

    assert await service.status(accepted.json()["id"]) == "confirmed"
    assert emails(simulator) == [VISITOR["email"]]
    assert told(simulator) == [VISITOR["email"]]


async def sell_to_somebody_else(simulator: Simulator, seat: str) -> None:
    """Let the seat be sold, so that the provider says no more than that it is."""
    for one in simulator.world.registrations[HOUSE]:
        simulator.world.unregister(HOUSE, one.ticket_id)
    stranger = Visitor(first_name="B", last_name="C", email="stranger@example.com")
    simulator.world.register(HOUSE, stranger, seat=seat)


async def test_a_seat_sold_after_a_lost_reply_is_unknown_until_the_deadline_settles_it(
    timed: tuple[Simulator, Service], clock: SetClock
) -> None:
    simulator, service = timed
    simulator.faults = losing_replies("register")
    accepted = await service.register(EVENT, {**VISITOR, "seat": "A1"})
    await run(service, clock)
    simulator.faults = Faults()
    await sell_to_somebody_else(simulator, "A1")

    await run(service, clock, seconds=30)
    status_when_sold = await service.status(accepted.json()["id"])
    letters = await dead_letters(service)
    await run(service, clock, minutes=60)
    await run(service, clock, minutes=60)

    assert status_when_sold == "pending"
    assert [letter.name for letter in letters] == ["registration.accepted"]
    assert "A1" in letters[0].error
    assert "sold" in letters[0].error
    assert await service.status(accepted.json()["id"]) == "rejected: provider-unavailable"
    assert told(simulator) == [VISITOR["email"]]


async def test_a_seat_sold_without_a_lost_reply_is_sold_out(
    timed: tuple[Simulator, Service], clock: SetClock
) -> None:
    simulator, service = timed
    stranger = Visitor(first_name="B", last_name="C", email="stranger@example.com")
    simulator.world.register(HOUSE, stranger, seat="A1")
    accepted = await service.register(EVENT, {**VISITOR, "seat": "A1"})

    await run(service, clock)

    assert await service.status(accepted.json()["id"]) == "rejected: sold-out"


async def test_a_provider_that_knows_repetitions_tells_the_lost_ticket_again(
    exact: tuple[Simulator, Service], clock: SetClock
) -> None:
    simulator, service = exact
    simulator.faults = losing_replies("register")
    accepted = await service.register(EVENT, {**VISITOR, "seat": "A1"})
    await run(service, clock)
    simulator.faults = Faults()
    await run(service, clock, seconds=30)
    confirmed = await service.status(accepted.json()["id"])

    await service.call("DELETE", accepted.headers["Location"])
    await run(service, clock)

    assert confirmed == "confirmed"
    assert emails(simulator) == []
    assert await dead_letters(service) == []


async def test_a_cancelled_registration_whose_reply_was_lost_is_taken_back_where_that_is_exact(
    exact: tuple[Simulator, Service], clock: SetClock
) -> None:
    simulator, service = exact
    simulator.faults = losing_replies("register")
    accepted = await service.register(EVENT, VISITOR)
    await run(service, clock)
    simulator.faults = Faults()
    await service.call("DELETE", accepted.headers["Location"])

    await run(service, clock, minutes=2)

    assert emails(simulator) == []
    assert told(simulator) == [VISITOR["email"]]
    assert await dead_letters(service) == []


async def test_a_place_that_may_be_held_unknown_to_us_is_shown_to_the_operator(
    timed: tuple[Simulator, Service], clock: SetClock
) -> None:
    simulator, service = timed
    simulator.faults = losing_replies("register")
    accepted = await service.register(EVENT, VISITOR)
    await run(service, clock)
    simulator.faults = Faults()
    await service.call("DELETE", accepted.headers["Location"])

    await run(service, clock, minutes=2)

    letters = await dead_letters(service)
    assert [letter.name for letter in letters] == ["registration.take-back-requested"]
    assert "by hand" in letters[0].error
    assert await service.status(accepted.json()["id"]) == "cancelled"


async def test_a_lost_reply_to_giving_a_place_back_gives_it_back_once(
    timed: tuple[Simulator, Service], clock: SetClock
) -> None:
    simulator, service = timed
    accepted = await service.register(EVENT, VISITOR)
    await run(service, clock)
    simulator.faults = losing_replies("unregister")
    await service.call("DELETE", accepted.headers["Location"])
    await run(service, clock)
    simulator.faults = Faults()

    await run(service, clock, seconds=30)

    assert emails(simulator) == []
    assert simulator.calls["unregister"].acted == 1
    await nothing_waits(service)
    assert await dead_letters(service) == []


async def test_a_place_asked_for_again_waits_until_the_old_one_is_given_back(
    timed: tuple[Simulator, Service], clock: SetClock
) -> None:
    simulator, service = timed
    first = await service.register(EVENT, VISITOR)
    await run(service, clock)
    simulator.faults = failing("unregister")
    await service.call("DELETE", first.headers["Location"])
    second = await service.register(EVENT, VISITOR)
    await run(service, clock)
    simulator.faults = Faults()

    for _ in range(3):
        await run(service, clock, seconds=30)

    assert await service.status(second.json()["id"]) == "confirmed"
    keys = [one.idempotency_key for one in simulator.world.registrations[HOUSE]]
    assert keys == [second.json()["id"]]


async def test_a_place_asked_for_again_waits_until_the_one_of_a_lost_reply_is_given_back(
    exact: tuple[Simulator, Service], clock: SetClock
) -> None:
    simulator, service = exact
    simulator.faults = losing_replies("register")
    first = await service.register(EVENT, VISITOR)
    await run(service, clock)
    await service.call("DELETE", first.headers["Location"])
    second = await service.register(EVENT, VISITOR)
    await run(service, clock)
    simulator.faults = Faults()
    early = await service.status(second.json()["id"])

    for _ in range(6):
        await run(service, clock, seconds=30)

    assert (early, await service.status(second.json()["id"])) == ("pending", "confirmed")
    assert emails(simulator) == [VISITOR["email"]]
    assert await dead_letters(service) == []


async def test_a_place_asked_for_again_is_decided_once_the_operator_is_told_of_the_old_one(
    timed: tuple[Simulator, Service], clock: SetClock
) -> None:
    simulator, service = timed
    simulator.faults = losing_replies("register")
    first = await service.register(EVENT, VISITOR)
    await run(service, clock)
    simulator.faults = Faults()
    await service.call("DELETE", first.headers["Location"])
    second = await service.register(EVENT, VISITOR)
    await run(service, clock)
    early = await service.status(second.json()["id"])

    for _ in range(6):
        await run(service, clock, seconds=30)

    assert early == "pending"
    assert await service.status(second.json()["id"]) == "rejected: rejected-by-provider"
    letters = await dead_letters(service)
    assert [letter.name for letter in letters] == ["registration.take-back-requested"]
    await nothing_waits(service)


# The event is called off


async def test_who_holds_a_place_at_an_event_that_is_cancelled_is_told_and_gives_it_back(
    timed: tuple[Simulator, Service], clock: SetClock
) -> None:
    simulator, service = timed
    confirmed = await service.register(EVENT, a_visitor(1))
    await run(service, clock)
    simulator.faults = failing("register")
    waiting_still = await service.register(EVENT, a_visitor(2))
    await run(service, clock)
    simulator.faults = Faults()
    later = CHANGED + timedelta(hours=1)
    simulator.world.put(replace(simulator.world.event(HOUSE), status="cancelled", changed_at=later))
    await service.sync()

    await run(service, clock, seconds=30)

    assert await service.status(confirmed.json()["id"]) == "cancelled: event-cancelled"
    assert await service.status(waiting_still.json()["id"]) == "rejected: event-cancelled"
    assert emails(simulator) == []
    assert told(simulator) == ["a1@example.com", "a1@example.com", "a2@example.com"]


# The deadline comes


async def test_a_hanging_provider_lets_the_deadline_decide_and_tells_once(tmp_path: Path) -> None:
    settings: dict[str, object] = {
        "registration_decision_window": timedelta(seconds=0.5),
        "provider_timeout": timedelta(seconds=1),
    }
    async with stage(tmp_path, settings=settings) as (simulator, service):
        simulator.faults = hanging("register")
        accepted = await service.register(EVENT, VISITOR)

        async def rejected() -> bool:
            status = await service.status(accepted.json()["id"])
            return status == "rejected: provider-unavailable"

        await until(rejected, seconds=3)
        await until(lambda: told(simulator) == [VISITOR["email"]])
        await asyncio.sleep(1.2)

        assert told(simulator) == [VISITOR["email"]]
        assert emails(simulator) == []
        assert [row.name for row in await waiting(service)] == ["registration.take-back-requested"]


async def test_a_success_after_the_deadline_is_taken_back_at_the_provider(tmp_path: Path) -> None:
    settings: dict[str, object] = {
        "registration_decision_window": timedelta(seconds=0.3),
        "provider_timeout": timedelta(seconds=5),
    }
    async with stage(tmp_path, settings=settings) as (simulator, service):
        simulator.faults = Faults(latency=1.8, target=frozenset({"register"}))
        accepted = await service.register(EVENT, VISITOR)

        async def rejected() -> bool:
            status = await service.status(accepted.json()["id"])
            return status == "rejected: provider-unavailable"

        await until(rejected, seconds=3)
        registered_too_early = simulator.calls["register"].acted
        await until(lambda: simulator.calls["unregister"].acted == 1)

        assert registered_too_early == 0
        assert simulator.calls["register"].acted == 1
        assert emails(simulator) == []
        assert await service.status(accepted.json()["id"]) == "rejected: provider-unavailable"
        assert told(simulator) == [VISITOR["email"]]


async def test_a_success_after_the_visitor_cancelled_is_taken_back_at_the_provider(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as (simulator, service):
        simulator.faults = Faults(latency=0.5, target=frozenset({"register"}))
        accepted = await service.register(EVENT, VISITOR)
        await until(lambda: simulator.calls["register"].attempted == 1)
        await service.call("DELETE", accepted.headers["Location"])

        await until(lambda: simulator.calls["unregister"].acted == 1)
        await until(lambda: len(told(simulator)) == 1)

        assert emails(simulator) == []
        assert await service.status(accepted.json()["id"]) == "cancelled"
        assert told(simulator) == [VISITOR["email"]]


async def test_the_deadline_passes_during_an_outage_and_later_nobody_is_registered(
    timed: tuple[Simulator, Service], clock: SetClock
) -> None:
    simulator, service = timed
    simulator.faults = failing("register", status=429)
    accepted = await service.register(EVENT, VISITOR)
    await run(service, clock)
    await run(service, clock, minutes=60)
    simulator.faults = Faults()

    for _ in range(3):
        await run(service, clock, minutes=5)

    assert await service.status(accepted.json()["id"]) == "rejected: provider-unavailable"
    assert emails(simulator) == []
    assert told(simulator) == [VISITOR["email"]]
    assert await dead_letters(service) == []


# The provider asks for patience


@pytest.mark.parametrize(
    ("seconds", "least", "date"),
    [(1, 0.95, False), (2, 0.95, True)],  # a date has no fractions
)
async def test_the_provider_is_left_alone_for_as_long_as_it_asks(
    tmp_path: Path, seconds: int, least: float, *, date: bool
) -> None:
    settings = {"breaker_recovery": timedelta(seconds=0.1)}
    async with stage(tmp_path, settings={**settings}) as (simulator, service):
        simulator.faults = Faults(
            fail_first=1,
            statuses=(429,),
            retry_after=seconds,
            retry_after_date=date,
            target=frozenset({"register"}),
        )
        for number in range(10):
            await service.register(EVENT, a_visitor(number))
        await until(lambda: simulator.calls["register"].attempted >= 1)
        asked_at_first = simulator.calls["register"].attempted
        started = monotonic()
        await until(lambda: simulator.calls["register"].attempted > 8)
        waited = monotonic() - started

        await until(lambda: len(told(simulator)) == 10)

        assert asked_at_first <= 8
        assert waited >= least
        assert len(emails(simulator)) == 10


# The notifier fails


async def test_messages_wait_out_a_dead_notifier_and_are_each_delivered_once(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as (simulator, service):
        simulator.faults = failing("notify")
        accepted = [
            (await service.register(EVENT, a_visitor(number))).json()["id"] for number in range(10)
        ]

        async def all_decided() -> bool:
            return {await service.status(one) for one in accepted} == {"confirmed"}

        await until(all_decided)
        await asyncio.sleep(0.5)
        told_while_dead = told(simulator)
        simulator.faults = Faults()

        await until(lambda: len(told(simulator)) == 10)

        assert told_while_dead == []
        assert {one.times for one in simulator.world.notifications} == {1}
        assert simulator.calls["notify"].attempted <= 10 + 20


async def test_a_message_whose_receipt_was_lost_is_known_by_its_key_when_sent_again(
    timed: tuple[Simulator, Service], clock: SetClock
) -> None:
    simulator, service = timed
    simulator.faults = losing_replies("notify")
    await service.register(EVENT, VISITOR)
    await run(service, clock)
    simulator.faults = Faults()

    await run(service, clock, seconds=30)

    assert [one.times for one in simulator.world.notifications] == [2]
    await nothing_waits(service)
    assert await dead_letters(service) == []


@pytest.mark.parametrize("status", [400, 401, 403, 422])
async def test_a_message_refused_for_good_is_a_dead_letter_until_an_operator_retries_it(
    timed: tuple[Simulator, Service], clock: SetClock, status: int
) -> None:
    simulator, service = timed
    simulator.faults = failing("notify", status=status)
    await service.register(EVENT, VISITOR)
    await run(service, clock)
    await run(service, clock, minutes=10)
    attempts = simulator.calls["notify"].attempted
    (letter,) = await dead_letters(service)
    simulator.faults = Faults()

    retried = await service.app.outbox.retry(letter.id)
    await run(service, clock)

    assert attempts == 1
    assert letter.name == "notification.written"
    assert str(status) in letter.error
    assert retried
    assert told(simulator) == [VISITOR["email"]]
    assert await dead_letters(service) == []


# Nonsense


async def test_a_registration_answered_with_nonsense_ends_in_one_confirmed_registration(
    timed: tuple[Simulator, Service], clock: SetClock
) -> None:
    simulator, service = timed
    simulator.faults = talking_nonsense("register")
    accepted = await service.register(EVENT, VISITOR)
    await run(service, clock)
    simulator.faults = Faults()

    await run(service, clock, seconds=30)

    assert await service.status(accepted.json()["id"]) == "confirmed"
    assert emails(simulator) == [VISITOR["email"]]
    assert told(simulator) == [VISITOR["email"]]


async def test_a_listing_of_nonsense_changes_nothing_and_the_next_good_one_is_taken(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as (simulator, service):
        simulator.faults = talking_nonsense("list")
        asked = simulator.calls["list"].attempted
        await until(lambda: simulator.calls["list"].attempted > asked + 2)
        listed_meanwhile = len((await service.get("/api/events")).json()["results"])
        simulator.world.put(an_event(2, changed_at=CHANGED + timedelta(hours=1)))
        simulator.faults = Faults()

        async def both_listed() -> bool:
            return len((await service.get("/api/events")).json()["results"]) == 2

        await until(both_listed)
        assert listed_meanwhile == 1


async def test_57_events_are_mirrored_from_a_provider_that_fails_doubles_and_misleads(
    tmp_path: Path,
) -> None:
    events = [an_event(n, changed_at=CHANGED + timedelta(hours=n // 7)) for n in range(57)]
    faults = Faults(fail_rate=0.2, duplicate_rate=0.3, html_errors=True, target=frozenset({"list"}))
    async with stage(
        tmp_path,
        events=[an_event(900, changed_at=CHANGED - timedelta(days=1))],
        simulated={"wrong_next_host": True},
        settings={"breaker_recovery": timedelta(seconds=0.05)},
    ) as (simulator, service):
        simulator.faults = faults
        for event in events:
            simulator.world.put(event)

        async def all_listed() -> bool:
            page = (await service.get("/api/events?limit=100")).json()
            return len(page["results"]) == 58

        await until(all_listed, seconds=20)


# Neighbours


async def test_a_hanging_notifier_does_not_slow_registrations(tmp_path: Path) -> None:
    settings: Choices = {"notifier_timeout": timedelta(seconds=8)}
    async with stage(tmp_path, settings=settings) as (simulator, service):
        simulator.faults = hanging("notify")
        accepted = [
            (await service.register(EVENT, a_visitor(number))).json()["id"] for number in range(30)
        ]

        async def all_confirmed() -> bool:
            return {await service.status(one) for one in accepted} == {"confirmed"}

        assert await until(all_confirmed) < 6.0


async def test_a_hanging_listing_does_not_slow_registrations(tmp_path: Path) -> None:
    settings: Choices = {"provider_timeout": timedelta(seconds=8)}
    async with stage(tmp_path, settings=settings) as (simulator, service):
        simulator.faults = hanging("list")
        asked = simulator.calls["list"].attempted
        await until(lambda: simulator.calls["list"].attempted > asked)
        accepted = [
            (await service.register(EVENT, a_visitor(number))).json()["id"] for number in range(30)
        ]

        async def all_confirmed() -> bool:
            return {await service.status(one) for one in accepted} == {"confirmed"}

        assert await until(all_confirmed) < 6.0


async def test_registrations_that_fail_do_not_stop_the_sync(tmp_path: Path) -> None:
    async with stage(tmp_path) as (simulator, service):
        simulator.faults = failing("register")
        for number in range(10):
            await service.register(EVENT, a_visitor(number))
        await until(lambda: simulator.calls["register"].attempted >= 5)
        simulator.world.put(an_event(2, changed_at=CHANGED + timedelta(hours=1)))

        async def both_listed() -> bool:
            return len((await service.get("/api/events")).json()["results"]) == 2

        assert await until(both_listed) < 1.5


async def test_one_registration_that_is_refused_does_not_hold_up_the_others(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as (simulator, service):
        statuses = {
            (await service.register(EVENT, a_visitor(n, seat="Z9" if n % 2 else None))).json()["id"]
            for n in range(20)
        }

        async def all_decided() -> bool:
            return "pending" not in {await service.status(one) for one in statuses}

        await until(all_decided)
        assert len(emails(simulator)) == 10


# Every generation of both services


@pytest.mark.parametrize("dialect", ["v0", "v1", "v2"])
@pytest.mark.parametrize("notifier", ["v1", "v2"])
async def test_every_dialect_mirrors_registers_and_tells(
    tmp_path: Path, dialect: str, notifier: str
) -> None:
    events = [an_event(n, changed_at=CHANGED + timedelta(hours=n // 7)) for n in range(1, 24)]
    async with stage(
        tmp_path,
        events=events,
        simulated={"dialect": dialect, "notifier_dialect": notifier, "equal_timestamps": True},
    ) as (simulator, service):
        listing = (await service.get("/api/events?limit=100&status=open")).json()
        accepted = [
            (await service.register(event_id(number), VISITOR)).json()["id"] for number in (1, 2)
        ]

        await until(lambda: len(told(simulator)) == 2)

        assert len(listing["results"]) == 23
        assert {await service.status(one) for one in accepted} == {"confirmed"}
        assert len(simulator.world.registrations) == 2
        assert simulator.calls["register"].attempted == 2
        assert simulator.calls["notify"].attempted == 2


@pytest.mark.parametrize("dialect", ["v0", "v1"])
async def test_a_dialect_that_takes_nothing_back_leaves_that_to_the_operator(
    tmp_path: Path, clock: SetClock, dialect: str
) -> None:
    async with stage(tmp_path, simulated={"dialect": dialect}, clock=clock, background=False) as (
        simulator,
        service,
    ):
        accepted = await service.register(EVENT, VISITOR)
        await run(service, clock)
        await service.call("DELETE", accepted.headers["Location"])

        await run(service, clock)

        assert await service.status(accepted.json()["id"]) == "cancelled"
        (letter,) = await dead_letters(service)
        assert letter.name == "registration.take-back-requested"
        assert "unregister" in letter.error
        assert len(told(simulator)) == 2


@pytest.mark.parametrize("dialect", ["v0", "v1", "v2"])
async def test_a_change_arrives_in_every_dialect(tmp_path: Path, dialect: str) -> None:
    async with stage(tmp_path, simulated={"dialect": dialect}) as (simulator, service):
        later = CHANGED + timedelta(hours=1)
        simulator.world.put(an_event(1, name="Другое", status="cancelled", changed_at=later))

        async def changed() -> bool:
            shown = (await service.get(f"/api/events/{EVENT}")).json()
            return (shown["name"], shown["status"]) == ("Другое", "cancelled")

        await until(changed)
