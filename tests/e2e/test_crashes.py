"""``kill -9`` at random moments under load: nothing is lost, nothing is doubled.

The service is a real process on a file; clients repeat each post with its key until it is
accepted. After the last kill the service settles, and the auditor compares what clients were
promised with the database, the provider and the notifier.
"""

import asyncio
import logging
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from random import Random
from time import monotonic
from uuid import UUID

import aiohttp
import attrs
import pytest
from msgspec.structs import replace

from e2e.auditing import Promise, ambiguous_attempts, audit, is_settled, statuses
from events_face_runners.simulator import Faults, Simulator, Visitor, running_simulator
from support.making import NOTIFIER_TOKEN, TOKEN, a_visitor, an_event, calm, event_id
from support.processes import ServiceProcess, free_port
from support.stage import stage
from support.waiting import until

figures = logging.getLogger("figures")

KILLS = 8
CLIENTS = 4
EVENTS = 5
SETTLED_SECONDS = 30.0
PATIENCE = aiohttp.ClientTimeout(total=3)
# Calls take a while, so that kills hit them on their way; some fail and some replies are lost.
ON_THE_WAY = Faults(
    latency=0.03,
    fail_rate=0.03,
    lost_reply_rate=0.03,
    target=frozenset({"register", "unregister", "notify"}),
)


@attrs.define
class Clients:
    """People who register, one after another, and do not give up."""

    url: str
    session: aiohttp.ClientSession
    promises: dict[str, Promise] = attrs.field(factory=dict)
    tries: int = 0
    stopping: bool = False

    async def keep_registering(self, client: int, chance: Random, *, cancelling: bool) -> None:
        """Register person after person until told to stop; finish what was begun."""
        number = client
        while not self.stopping:
            promise = await self._register(number, chance)
            self.promises[promise.id] = promise
            if cancelling and chance.random() < 0.2 and await self._is_confirmed(promise):
                await self._call("DELETE", f"/api/registrations/{promise.id}")
                self.promises[promise.id] = attrs.evolve(promise, cancelled=True)
            await asyncio.sleep(chance.uniform(0, 0.05))
            number += CLIENTS

    async def _register(self, number: int, chance: Random) -> Promise:
        event = event_id(1 + number % EVENTS)
        seat = "Z9" if chance.random() < 0.1 else None
        body = a_visitor(number, seat=seat)
        accepted = await self._call(
            "POST", f"/api/events/{event}/registrations", json=body, key=f"person-{number}"
        )
        return Promise(id=str(accepted["id"]), event_id=event, email=str(body["email"]))

    async def _is_confirmed(self, promise: Promise) -> bool:
        await asyncio.sleep(0.2)
        shown = await self._call("GET", f"/api/registrations/{promise.id}")
        return shown["status"] == "confirmed"

    async def _call(
        self, method: str, path: str, *, json: object = None, key: str = ""
    ) -> dict[str, object]:
        """Repeat a call until it is answered with success; anything but silence or 503 is a bug."""
        headers = {"Idempotency-Key": key} if key else {}
        while True:
            self.tries += 1
            try:
                async with self.session.request(
                    method, self.url + path, json=json, headers=headers, timeout=PATIENCE
                ) as response:
                    answer: dict[str, object] = await response.json(content_type=None)
                    if response.status < 300:
                        return answer
                    assert response.status == 503, answer
            except (aiohttp.ClientError, TimeoutError):
                pass
            await asyncio.sleep(0.05)


@asynccontextmanager
async def process_before(
    simulator: Simulator, directory: Path, *, idempotent: bool
) -> AsyncIterator[tuple[ServiceProcess, str]]:
    """A service process before the simulator, not started yet; and its address."""
    port = free_port()
    environment = {
        "EVENTS_FACE_DATABASE_URL": f"sqlite:///{directory}/events-face.db",
        "EVENTS_FACE_HTTP_PORT": str(port),
        "EVENTS_FACE_PROVIDER_URL": simulator.url,
        "EVENTS_FACE_PROVIDER_TOKEN": TOKEN,
        "EVENTS_FACE_PROVIDER_IDEMPOTENT": str(idempotent).lower(),
        "EVENTS_FACE_PROVIDER_TIMEOUT": "1s",
        "EVENTS_FACE_NOTIFIER_URL": simulator.url,
        "EVENTS_FACE_NOTIFIER_TOKEN": NOTIFIER_TOKEN,
        "EVENTS_FACE_NOTIFIER_TIMEOUT": "1s",
        "EVENTS_FACE_SYNC_INTERVAL": "200ms",
    }
    process = ServiceProcess(environment, directory / "service.log")
    try:
        yield process, f"http://127.0.0.1:{port}"
    finally:
        await process.kill()


async def start_and_wait(process: ServiceProcess, session: aiohttp.ClientSession, url: str) -> None:
    """Start it for the first time, and wait until it shows every event."""

    async def shows_every_event() -> bool:
        try:
            async with session.get(f"{url}/api/events") as response:
                return len((await response.json())["results"]) == EVENTS
        except aiohttp.ClientError:
            return False

    await process.start()
    await until(shows_every_event)


async def kill_again_and_again(process: ServiceProcess, chance: Random) -> None:
    """Kill it at moments from its very start until it is well at work; leave it running."""
    for _ in range(KILLS):
        await asyncio.sleep(chance.uniform(0.1, 2.0))
        await process.kill()
        await process.start()
    await asyncio.sleep(2.0)


@asynccontextmanager
async def an_audited_stage(
    directory: Path,
) -> AsyncIterator[tuple[Simulator, dict[str, Promise]]]:
    """A small run in which nothing went wrong: one confirmed registration, one rejected."""
    async with stage(directory, background=False) as (simulator, service):
        promises = {}
        for number, seat in enumerate((None, "Z9")):
            body = a_visitor(number, seat=seat)
            made = (await service.register(event_id(1), body)).json()
            promises[made["id"]] = Promise(
                id=made["id"], event_id=event_id(1), email=str(body["email"])
            )
        await service.app.deliver()
        await service.sync()
        yield simulator, promises


@pytest.mark.parametrize(
    ("tampering", "finding"),
    [
        ("DELETE FROM registration WHERE status = 'confirmed'", "is lost"),
        ("UPDATE registration SET status = 'pending'", "is undecided"),
        (
            "UPDATE registration SET status = 'confirmed' WHERE status = 'rejected'",
            "holds 0 places",
        ),
        (
            "UPDATE registration SET status = 'rejected' WHERE status = 'confirmed'",
            "holds 1 places",
        ),
        ("DELETE FROM notification", "received only"),
        ("UPDATE notification SET id = 'another' || id", "written only"),
        ("UPDATE notification SET sent_at = NULL", "is not known to be sent"),
        ("UPDATE outbox SET state = 'dead'", "dead: registration.accepted"),
        ("UPDATE event SET number_of_visitors = 7", "shown as"),
    ],
)
async def test_the_auditor_finds_what_is_wrong(
    tmp_path: Path, tampering: str, finding: str
) -> None:
    database = tmp_path / "events-face.db"
    async with an_audited_stage(tmp_path) as (simulator, promises):
        assert audit(database, simulator, promises) == []

        with closing(sqlite3.connect(database)) as connection, connection:
            connection.execute(tampering)

        assert finding in "\n".join(audit(database, simulator, promises))


async def test_the_auditor_finds_a_place_and_a_message_too_many(tmp_path: Path) -> None:
    database = tmp_path / "events-face.db"
    async with an_audited_stage(tmp_path) as (simulator, promises):
        stranger = Visitor(first_name="B", last_name="C", email="stranger@example.com")
        simulator.world.register(UUID(event_id(1)), stranger)
        told = simulator.world.notifications[0]
        simulator.world.notify(replace(told, key="another"))

        findings = "\n".join(audit(database, simulator, promises))

        assert "that nobody knows of" in findings
        assert "message another was received only" in findings


@pytest.mark.parametrize(("idempotent", "seed"), [(False, 1), (True, 2)])
async def test_whatever_is_killed_whenever_nothing_is_lost_and_nothing_doubled(
    tmp_path: Path, seed: int, *, idempotent: bool
) -> None:
    database = tmp_path / "events-face.db"
    events = [an_event(number, max_visitors=100_000) for number in range(1, 1 + EVENTS)]
    async with (
        running_simulator(calm(*events, idempotent=idempotent, faults=ON_THE_WAY)) as simulator,
        process_before(simulator, tmp_path, idempotent=idempotent) as (process, url),
        aiohttp.ClientSession(connector=aiohttp.TCPConnector(force_close=True)) as session,
    ):
        await start_and_wait(process, session, url)
        clients = Clients(url, session)
        load = [
            asyncio.create_task(
                clients.keep_registering(client, Random(seed + client), cancelling=idempotent)
            )
            for client in range(CLIENTS)
        ]
        await kill_again_and_again(process, Random(seed))
        clients.stopping = True
        await asyncio.gather(*load)
        started = monotonic()
        await until(lambda: is_settled(database), seconds=SETTLED_SECONDS)
        await until(lambda: not audit(database, simulator, clients.promises), seconds=2)
        figures.info(
            "%d kills, %d accepted in %d calls: %s; %d sent more than once; settled in %.1f s",
            KILLS,
            len(clients.promises),
            clients.tries,
            dict(statuses(database)),
            ambiguous_attempts(database),
            monotonic() - started,
        )

        exit_code = await process.stop()

    assert audit(database, simulator, clients.promises) == []
    assert len(clients.promises) > 50
    assert exit_code == 0
    assert '"level":"ERROR"' not in (tmp_path / "service.log").read_text()
