"""The tour: what to open, what to try, and what happens meanwhile."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout

from events_face_adapters.identity import make_signing_pem
from events_face_runners.demo.own_event import show_own_event
from events_face_runners.demo.processes import free_port, running
from events_face_runners.demo.stage import DemoError, Stage, clock, say, step, tell
from events_face_runners.stopping import stop_on_signals

_START_SECONDS = 30.0
_PAUSE_SECONDS = 0.2
_WATCH_SECONDS = 1.0
_SEARCHES = ("концерт", "елка", "чайк")


async def run_demo(*, port: int, once: bool) -> int:
    """Run the demo until Ctrl-C, or until the end of the tour; return the exit code.

    Args:
        port: where the service listens, or the next free port.
        once: end with the tour.
    """
    stop = stop_on_signals()
    with TemporaryDirectory(prefix="events-face-demo-") as directory:
        tour = asyncio.create_task(_tour(Path(directory), port, once=once))
        stopped = asyncio.create_task(stop.wait())
        await asyncio.wait({tour, stopped}, return_when=asyncio.FIRST_COMPLETED)
        # Ctrl-C reaches the children too: that they end is then no failure.
        failed = tour.done() and not stop.is_set() and tour.exception()
        if failed:
            say(f"The demo failed: {failed}")
        tour.cancel()
        await asyncio.gather(tour, return_exceptions=True)
    stopped.cancel()
    say("Stopped." if not failed else "")
    return 1 if failed else 0


async def _tour(directory: Path, port: int, *, once: bool) -> None:
    async with _stage(directory, port) as stage:
        _introduce(stage, directory)
        await _show_sync(stage)
        await _show_search(stage)
        await _show_registration(stage)
        await show_own_event(stage)
        if not once:
            say("\nIt goes on: events change every few seconds. Ctrl-C ends the demo.\n")
            await _watch(stage)


@asynccontextmanager
async def _stage(directory: Path, port: int) -> AsyncIterator[Stage]:
    """Start both processes and wait until they answer."""
    simulator_port, service_port = free_port(9090), free_port(port)
    simulator, service = f"http://127.0.0.1:{simulator_port}", f"http://127.0.0.1:{service_port}"
    environment = {
        "EVENTS_FACE_DATABASE_URL": f"sqlite:///{directory}/demo.db",
        "EVENTS_FACE_HTTP_HOST": "127.0.0.1",
        "EVENTS_FACE_HTTP_PORT": str(service_port),
        "EVENTS_FACE_PROVIDER_URL": simulator,
        "EVENTS_FACE_PROVIDER_TOKEN": "demo",
        "EVENTS_FACE_PROVIDER_DIALECT": "v2",
        "EVENTS_FACE_NOTIFIER_URL": simulator,
        "EVENTS_FACE_NOTIFIER_TOKEN": "demo",
        "EVENTS_FACE_NOTIFIER_DIALECT": "v2",
        "EVENTS_FACE_REDIS_URL": "",
        "EVENTS_FACE_AUTH_SIGNING_KEY": make_signing_pem(),
        "EVENTS_FACE_SYNC_INTERVAL": "5s",
    }
    tokens = ("--token", "demo", "--notifier-token", "demo")
    async with (
        ClientSession(timeout=ClientTimeout(total=10)) as session,
        running(
            *("simulate", "--port", str(simulator_port), *tokens),
            log=directory / "simulator.log",
            environment=environment,
        ) as aggregator,
    ):
        await _answering(session, f"{simulator}/_control/state", aggregator, directory)
        async with running("serve", log=directory / "service.log", environment=environment) as own:
            await _answering(session, f"{service}/health/ready", own, directory)
            yield Stage(session, service, simulator, environment)


async def _answering(
    session: ClientSession, url: str, process: asyncio.subprocess.Process, directory: Path
) -> None:
    async with asyncio.timeout(_START_SECONDS):
        while process.returncode is None:
            try:
                async with session.get(url) as response:
                    if response.ok:
                        return
            except ClientError:
                pass
            await asyncio.sleep(_PAUSE_SECONDS)
    raise DemoError(f"a process ended at its start:\n{_logs(directory)}")


def _logs(directory: Path) -> str:
    return "".join(log.read_text(encoding="utf-8") for log in sorted(directory.glob("*.log")))


def _introduce(stage: Stage, directory: Path) -> None:
    say(
        f"""
events-face demo

  Open      {stage.service}/api/docs        the API, to try out in the browser
            {stage.service}/api/events      the events
            {stage.service}/health/ready    how the service and its dependencies are
            {stage.service}/metrics         what Prometheus would see
  Behind    {stage.simulator}/_control/state    what the simulated aggregator received
  Logs      {directory}

  Try       curl -G '{stage.service}/api/events?status=open&limit=3' --data-urlencode 'q=концерт'
            curl -X PUT {stage.simulator}/_control/faults -d '{{"fail_rate": 1}}' \\
                 -H 'Content-Type: application/json'     # everything fails there: register in
                 # the browser; readiness shows an open circuit once some calls have failed
            curl -X PUT {stage.simulator}/_control/faults -d '{{}}' \\
                 -H 'Content-Type: application/json'     # and works again
"""
    )


async def _show_sync(stage: Stage) -> None:
    step("Events arrive from the aggregator")
    async with asyncio.timeout(_START_SECONDS):
        while not (first := await stage.get(f"{stage.service}/api/events", status="open"))[
            "results"
        ]:
            await asyncio.sleep(_PAUSE_SECONDS)
    count = len(first["results"])
    while first["next"]:
        first = await stage.get(stage.service + first["next"])
        count += len(first["results"])
    say(f"  {count} open events are mirrored.")


async def _show_search(stage: Stage) -> None:
    step("They can be searched, in any form of a word")
    for search in _SEARCHES:
        found = await stage.get(f"{stage.service}/api/events", q=search, limit="3")
        names = "; ".join(event["name"] for event in found["results"]) or "nothing"
        say(f"  {search:8} → {names}")


async def _show_registration(stage: Stage) -> None:
    step("A visitor registers, and is told")
    tomorrow = (datetime.now(UTC) + timedelta(days=2)).isoformat()
    events = await stage.get(
        f"{stage.service}/api/events", status="open", registration_deadline_from=tomorrow, limit="1"
    )
    event = events["results"][0]
    visitor = {"first_name": "Анна", "last_name": "Иванова", "email": "anna@example.com"}
    url = f"{stage.service}/api/events/{event['id']}/registrations"
    async with stage.session.post(url, json=visitor) as response:
        registration = await response.json()
        say(f"  POST {url}")
        say(f"  → {response.status} {registration['status']}: «{event['name']}»")
    status_url = f"{stage.service}/api/registrations/{registration['id']}"
    async with asyncio.timeout(_START_SECONDS):
        while registration["status"] == "pending":
            await asyncio.sleep(_PAUSE_SECONDS)
            registration = await stage.get(status_url)
    say(f"  GET  {status_url}")
    say(f"  → 200 {registration['status']} at {registration['decided_at']}")
    async with asyncio.timeout(_START_SECONDS):
        while not (notifications := await stage.notifications()):
            await asyncio.sleep(_PAUSE_SECONDS)
    tell(notifications[-1])


async def _watch(stage: Stage) -> None:
    """Tell of changes and notifications until cancelled."""
    known = {event["id"]: event for event in await _events(stage)}
    told = len(await stage.notifications())
    while True:
        await asyncio.sleep(_WATCH_SECONDS)
        for event in await _events(stage):
            before = known.get(event["id"])
            if before != event:
                say(f"  {clock()}  {_difference(before, event)}")
            known[event["id"]] = event
        notifications = await stage.notifications()
        for notification in notifications[told:]:
            tell(notification)
        told = len(notifications)


async def _events(stage: Stage) -> list[dict[str, Any]]:
    url = "/api/events?limit=100"
    events = []
    while url:
        page = await stage.get(stage.service + url)
        events += page["results"]
        url = page["next"]
    return events


def _difference(before: dict[str, Any] | None, event: dict[str, Any]) -> str:
    if before is None:
        return f"new event «{event['name']}»"
    changes = [
        f"{key} {before[key]} → {event[key]}"
        for key in ("name", "status", "event_time", "number_of_visitors")
        if before[key] != event[key]
    ]
    return f"«{event['name']}»: {', '.join(changes) or 'changed'}"
