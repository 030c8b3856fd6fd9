"""The simulator fails as it is told, changes with time, and shows what happened."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from random import Random
from time import monotonic
from typing import Any
from uuid import UUID

import aiohttp
import pytest

from events_face_runners.simulator import (
    MOSCOW,
    Faults,
    SimulatedEvent,
    Simulator,
    SimulatorOptions,
    World,
    running_simulator,
    sample_events,
)
from events_face_runners.simulator.life import change_something

DAY = datetime(2026, 1, 4, 22, 28, 35, 325270, tzinfo=MOSCOW)
EVENT_ID = UUID(int=1)
VISITOR = {"first_name": "Анна", "last_name": "Ким", "email": "anna@example.com"}
LISTING = "/api/events/?changed_at=2000-01-01"
REGISTER = f"/api/events/{EVENT_ID}/register/"
NOTIFICATION = {
    "message": "Вы зарегистрированы",
    "reference_id": "r-1",
    "idempotency_key": "n-1",
    "email": "anna@example.com",
}


def an_event(number: int = 1) -> SimulatedEvent:
    return SimulatedEvent(
        id=UUID(int=number),
        name=f"Событие {number}",
        event_time=DAY + timedelta(days=30),
        registration_deadline=DAY + timedelta(days=29),
        changed_at=DAY,
    )


def failing(**faults: object) -> SimulatorOptions:
    chosen: dict[str, Any] = faults
    return SimulatorOptions(world=[an_event()], change_interval=0, faults=Faults(**chosen))


@pytest.fixture
async def client() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
async def calm() -> AsyncIterator[Simulator]:
    """A simulator of one event, without faults."""
    async with running_simulator(failing()) as simulator:
        yield simulator


async def list_events(client: aiohttp.ClientSession, simulator: Simulator) -> int:
    async with client.get(simulator.url + LISTING) as response:
        return response.status


async def register(client: aiohttp.ClientSession, simulator: Simulator) -> int:
    async with client.post(simulator.url + REGISTER, json=VISITOR) as response:
        return response.status


async def read(client: aiohttp.ClientSession, url: str) -> Any:  # noqa: ANN401 - it is JSON
    async with client.get(url) as response:
        assert response.status == 200
        return await response.json()


# Faults


async def test_a_call_that_fails_does_not_act(client: aiohttp.ClientSession) -> None:
    async with running_simulator(failing(fail_rate=1.0, statuses=(503,))) as simulator:
        status = await register(client, simulator)

        assert status == 503
        assert simulator.world.registrations == {}
        assert simulator.calls["register"].attempted == 1
        assert simulator.calls["register"].acted == 0


async def test_every_status_of_the_faults_is_answered_sooner_or_later(
    client: aiohttp.ClientSession,
) -> None:
    async with running_simulator(failing(fail_rate=1.0)) as simulator:
        statuses = {await list_events(client, simulator) for _ in range(60)}

    assert statuses == {429, 500, 502, 503, 504}


async def test_a_share_of_calls_fails_and_the_seed_decides_which(
    client: aiohttp.ClientSession,
) -> None:
    runs = []
    for _ in range(2):
        async with running_simulator(failing(fail_rate=0.5, statuses=(500,))) as simulator:
            runs.append([await list_events(client, simulator) for _ in range(40)])

    assert runs[0] == runs[1]
    assert 5 < runs[0].count(500) < 35


async def test_retry_after_comes_in_seconds(client: aiohttp.ClientSession) -> None:
    faults = {"fail_rate": 1.0, "statuses": (429,), "retry_after": 7}
    async with running_simulator(failing(**faults)) as simulator:
        response = await client.get(simulator.url + LISTING)

    assert (response.status, response.headers["Retry-After"]) == (429, "7")


async def test_retry_after_comes_as_an_http_date(client: aiohttp.ClientSession) -> None:
    faults = {"fail_rate": 1.0, "retry_after": 60, "retry_after_date": True}
    async with running_simulator(failing(**faults)) as simulator:
        response = await client.get(simulator.url + LISTING)

    until = parsedate_to_datetime(response.headers["Retry-After"])
    assert timedelta(seconds=50) < until - datetime.now(UTC) <= timedelta(seconds=60)


async def test_without_retry_after_there_is_no_header(client: aiohttp.ClientSession) -> None:
    async with running_simulator(failing(fail_rate=1.0)) as simulator:
        response = await client.get(simulator.url + LISTING)

    assert "Retry-After" not in response.headers


@pytest.mark.parametrize(
    ("html_errors", "content_type"), [(False, "application/json"), (True, "text/html")]
)
async def test_failures_are_json_or_html(
    client: aiohttp.ClientSession, *, html_errors: bool, content_type: str
) -> None:
    async with running_simulator(failing(fail_rate=1.0, html_errors=html_errors)) as simulator:
        response = await client.get(simulator.url + LISTING)

    assert response.content_type == content_type


async def test_only_the_first_calls_fail(client: aiohttp.ClientSession) -> None:
    async with running_simulator(failing(fail_first=2, statuses=(504,))) as simulator:
        statuses = [await list_events(client, simulator) for _ in range(4)]

    assert statuses == [504, 504, 200, 200]


async def test_faults_strike_only_their_targets(client: aiohttp.ClientSession) -> None:
    faults = {"fail_first": 1, "statuses": (500,), "target": frozenset({"register"})}
    async with running_simulator(failing(**faults)) as simulator:
        listed = await list_events(client, simulator)
        registered = [await register(client, simulator) for _ in range(2)]

    assert (listed, registered) == (200, [500, 201])


async def test_latency_comes_before_any_answer(client: aiohttp.ClientSession) -> None:
    async with running_simulator(failing(latency=0.2)) as simulator:
        started = monotonic()
        status = await list_events(client, simulator)

    assert status == 200
    assert monotonic() - started >= 0.2


async def test_a_call_that_hangs_is_never_answered_and_does_not_block_the_stop(
    client: aiohttp.ClientSession,
) -> None:
    async with running_simulator(failing(hang_rate=1.0)) as simulator:
        call = asyncio.create_task(register(client, simulator))
        await asyncio.sleep(0.3)
        assert not call.done()
        assert simulator.world.registrations == {}
        started = monotonic()

    assert monotonic() - started < 1.0
    with pytest.raises(aiohttp.ClientConnectionError):
        await call


async def test_a_call_that_hangs_ends_when_its_caller_goes(client: aiohttp.ClientSession) -> None:
    async with running_simulator(failing(hang_rate=1.0)) as simulator:
        before = asyncio.all_tasks()
        with pytest.raises(TimeoutError):
            await client.get(simulator.url + LISTING, timeout=aiohttp.ClientTimeout(total=0.1))
        hanging = asyncio.all_tasks() - before
        await asyncio.sleep(0.2)

        assert hanging
        assert asyncio.all_tasks() == before


async def test_slow_calls_do_not_block_the_stop(client: aiohttp.ClientSession) -> None:
    async with running_simulator(failing(latency=60)) as simulator:
        call = asyncio.create_task(list_events(client, simulator))
        await asyncio.sleep(0.1)
        started = monotonic()

    assert monotonic() - started < 1.5
    with pytest.raises(aiohttp.ClientConnectionError):
        await call


async def test_a_lost_reply_registers_all_the_same(client: aiohttp.ClientSession) -> None:
    async with running_simulator(failing(lost_reply_rate=1.0)) as simulator:
        with pytest.raises(aiohttp.ClientConnectionError):
            await register(client, simulator)

        (made,) = simulator.world.registrations[EVENT_ID]
        assert made.visitor.email == "anna@example.com"
        assert simulator.calls["register"].acted == 1


async def test_a_lost_reply_accepts_the_notification(client: aiohttp.ClientSession) -> None:
    async with running_simulator(failing(lost_reply_rate=1.0)) as simulator:
        url = f"{simulator.url}/api/notifications"
        with pytest.raises(aiohttp.ClientConnectionError):
            await client.post(url, json=NOTIFICATION)
        simulator.faults = Faults()
        again = await client.post(url, json=NOTIFICATION)

    assert again.status == 409


async def test_garbage_is_a_success_that_is_not_json(client: aiohttp.ClientSession) -> None:
    kinds = set()
    async with running_simulator(failing(garbage_rate=1.0)) as simulator:
        for _ in range(20):
            response = await client.get(simulator.url + LISTING)
            kinds.add(response.content_type)
            with pytest.raises(json.JSONDecodeError):
                json.loads(await response.text())
            assert response.status == 200
        registered = await register(client, simulator)

        assert len(simulator.world.registrations[EVENT_ID]) == 1
    assert kinds == {"text/html", "application/json"}
    assert registered == 201


@pytest.mark.parametrize("dialect", ["v0", "v1", "v2"])
async def test_events_can_appear_twice_in_a_listing(
    client: aiohttp.ClientSession, dialect: str
) -> None:
    chosen: dict[str, Any] = {"dialect": dialect, "faults": Faults(duplicate_rate=1.0)}
    options = SimulatorOptions(world=[an_event(1), an_event(2)], change_interval=0, **chosen)
    async with running_simulator(options) as simulator:
        body = await read(client, simulator.url + LISTING)

    listed = body if dialect == "v0" else body["results"]
    assert [UUID(one["id"]).int for one in listed] == [1, 1, 2, 2]


@pytest.mark.parametrize(
    "wrong", [{"fail_rate": 1.5}, {"statuses": ()}, {"latency": -1.0}, {"target": {"nothing"}}]
)
def test_faults_that_make_no_sense_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Faults(**wrong)


# Control


async def test_the_state_tells_everything_that_happened(
    client: aiohttp.ClientSession, calm: Simulator
) -> None:
    headers = {"Idempotency-Key": "k1"}
    body = {**VISITOR, "seat": "A1"}
    await client.post(calm.url + REGISTER, json=body, headers=headers)
    await client.post(calm.url + REGISTER, json=body, headers=headers)
    await client.post(f"{calm.url}/api/notifications", json=NOTIFICATION)

    state = await read(client, f"{calm.url}/_control/state")

    ticket_id = calm.world.registrations[EVENT_ID][0].ticket_id
    assert state == {
        "events": 1,
        "registrations": {
            str(EVENT_ID): [
                {**VISITOR, "ticket_id": ticket_id, "seat": "A1", "idempotency_key": "k1"}
            ]
        },
        "calls": {
            "list": {"attempted": 0, "acted": 0},
            "register": {"attempted": 2, "acted": 1},
            "unregister": {"attempted": 0, "acted": 0},
            "seats": {"attempted": 0, "acted": 0},
            "notify": {"attempted": 1, "acted": 1},
        },
        "notifications": [
            {
                "key": "n-1",
                "email": "anna@example.com",
                "message": "Вы зарегистрированы",
                "reference": "r-1",
                "times": 1,
            }
        ],
    }


async def test_faults_are_replaced_at_run_time(
    client: aiohttp.ClientSession, calm: Simulator
) -> None:
    url = f"{calm.url}/_control/faults"
    before = await list_events(client, calm)
    await client.put(url, json={"fail_rate": 1, "statuses": [503], "target": ["list"]})
    during = await list_events(client, calm)
    shown = await read(client, url)
    await client.put(url, json={})
    after = await list_events(client, calm)

    assert (before, during, after) == (200, 503, 200)
    assert shown["target"] == ["list"]
    assert calm.faults == Faults()


@pytest.mark.parametrize(
    ("body", "named"),
    [({"fail_rats": 1}, "fail_rats"), ({"fail_rate": 2}, "fail_rate"), ({"target": ["x"]}, "x")],
)
async def test_wrong_faults_are_refused_by_name(
    client: aiohttp.ClientSession, calm: Simulator, body: dict[str, Any], named: str
) -> None:
    response = await client.put(f"{calm.url}/_control/faults", json=body)

    assert response.status == 400
    assert named in (await response.json())["detail"]
    assert calm.faults == Faults()


async def test_an_event_is_added_by_name_alone(
    client: aiohttp.ClientSession, calm: Simulator
) -> None:
    response = await client.post(f"{calm.url}/_control/events", json={"name": "Ёлка"})

    added = await response.json()
    page = await read(client, calm.url + LISTING)
    assert response.status == 201
    assert [one["id"] for one in page["results"]] == [str(EVENT_ID), added["id"]]
    assert page["results"][1]["name"] == "Ёлка"


async def test_an_event_that_a_listing_showed_can_be_posted_back_changed(
    client: aiohttp.ClientSession, calm: Simulator
) -> None:
    page = await read(client, calm.url + LISTING)
    body = {**page["results"][0], "status": "cancelled", "changed_at": "2026-02-01T00:00:00+03:00"}
    await client.post(f"{calm.url}/_control/events", json=body)

    event = calm.world.event(EVENT_ID)
    assert event.status == "cancelled"
    assert event.changed_at == datetime(2026, 2, 1, tzinfo=MOSCOW)


async def test_a_changed_event_moves_to_the_end_of_the_listing(
    client: aiohttp.ClientSession, calm: Simulator
) -> None:
    calm.world.put(an_event(2))
    body = {"id": str(EVENT_ID), "name": "Другое имя"}
    await client.post(f"{calm.url}/_control/events", json=body)

    page = await read(client, calm.url + LISTING)
    assert [one["name"] for one in page["results"]] == ["Событие 2", "Другое имя"]


@pytest.mark.parametrize(
    ("body", "named"),
    [({"title": "x"}, "title"), ({"status": "x"}, "status"), ({"id": "x"}, "id")],
)
async def test_an_event_of_another_shape_is_refused(
    client: aiohttp.ClientSession, calm: Simulator, body: dict[str, str], named: str
) -> None:
    response = await client.post(f"{calm.url}/_control/events", json=body)

    assert response.status == 400
    assert named in (await response.json())["detail"]


async def test_an_event_is_removed_once(client: aiohttp.ClientSession, calm: Simulator) -> None:
    url = f"{calm.url}/_control/events/{EVENT_ID}"

    first, again = await client.delete(url), await client.delete(url)

    assert (first.status, again.status) == (204, 404)


async def test_a_reset_returns_to_the_start(client: aiohttp.ClientSession) -> None:
    async with running_simulator(failing(fail_first=1)) as simulator:
        await register(client, simulator)
        await register(client, simulator)
        await client.delete(f"{simulator.url}/_control/events/{EVENT_ID}")
        simulator.faults = Faults(hang_rate=1.0)
        await client.post(f"{simulator.url}/_control/reset")

        assert simulator.world.events == [an_event()]
        assert simulator.world.registrations == {}
        assert simulator.calls["register"].attempted == 0
        assert simulator.faults == Faults(fail_first=1)


# Life and process


async def test_events_change_while_the_simulator_runs() -> None:
    async with running_simulator(SimulatorOptions(change_interval=0.01)) as simulator:
        before = simulator.world.events
        await asyncio.sleep(0.2)

        assert simulator.world.events != before


def test_every_change_is_later_than_all_before_and_the_world_grows() -> None:
    now = DAY + timedelta(days=1)
    world = World(sample_events(20, seed=1, now=DAY), clock=lambda: now)
    random = Random(1)

    changed = [change_something(world, random) for _ in range(300)]

    moments = [event.changed_at for event in changed]
    assert moments == sorted(set(moments))
    assert len(world.events) > 20
    assert all(event.number_of_visitors <= event.max_visitors for event in world.events)


def test_the_same_seed_makes_the_same_events() -> None:
    assert sample_events(50, seed=3, now=DAY) == sample_events(50, seed=3, now=DAY)
    assert sample_events(50, seed=3, now=DAY) != sample_events(50, seed=4, now=DAY)


def test_a_thousand_sample_events_have_a_name_each() -> None:
    assert len({event.name for event in sample_events(1000, seed=1, now=DAY)}) == 1000


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_served_simulator_stops_on_a_signal(
    client: aiohttp.ClientSession, number: signal.Signals
) -> None:
    program = (
        "from events_face_runners.simulator import SimulatorOptions, run_simulator\n"
        "run_simulator(SimulatorOptions(), on_ready=lambda one: print(one.url, flush=True))"
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", program, stdout=asyncio.subprocess.PIPE, env=dict(os.environ)
    )
    assert process.stdout is not None
    url = (await process.stdout.readline()).decode().strip()
    page = await read(client, url + LISTING)

    process.send_signal(number)
    code = await asyncio.wait_for(process.wait(), 5)

    assert len(page["results"]) == 10
    assert code == 0
