"""Registrations accepted, against pgbench running the same statements."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from statistics import median
from time import perf_counter
from uuid import uuid4

import msgspec
from attrs import frozen

from benchmarks.measuring import wrk
from benchmarks.measuring.asking import Asker, post
from benchmarks.measuring.figures import Bar, Figure
from benchmarks.measuring.service import Service, serving
from benchmarks.measuring.stage import Stage
from benchmarks.measuring.statements import Script, logged, script
from contract.storage.making import an_event
from contract.storage.postgres import OwnServer
from events_face_core.registration import AcceptRegistration
from events_face_runners.embedding import EventsFace, Settings, open_events_face

CLIENTS = 16
_EVENT = "event"
_PATH = f"/api/events/{_EVENT}/registrations"
_SECONDS_SHARE = 0.5
_LUA = """
local asked = 0
init = function() math.randomseed(os.time()); run = math.random(1000000000) end
request = function()
  asked = asked + 1
  local email = string.format("anna-%d-%d@example.com", run, asked)
  local body = '{"first_name": "Анна", "last_name": "Иванова", "email": "' .. email .. '"}'
  return wrk.format("POST", nil, {["Content-Type"] = "application/json"}, body)
end
"""


async def measure(stage: Stage) -> list[Figure]:
    """With 16 clients and one process each; every commit reaches the disk (``fsync = on``)."""
    server, url = await stage.postgres(), await stage.new_postgres()
    log = stage.directory / "accept.log"
    async with (
        open_events_face(Settings(database_url=url)) as app,
        serving(log, {"database_url": url}, "--no-background") as service,
    ):
        await _put_event(app)
        pgbench = Pgbench(server, url, await _script(server, url, app), stage.directory)
        rates: dict[str, list[float]] = {"pgbench": [], "use case": [], "HTTP": []}
        for _ in range(stage.sizes.rounds):
            seconds = stage.sizes.seconds * _SECONDS_SHARE
            rates["pgbench"].append(await pgbench.rate(seconds))
            rates["use case"].append(await rate_of(seconds, lambda: app.accept(_command())))
            rates["HTTP"].append(await _rate_over_http(stage, service, seconds))
    return [
        Figure(
            what=f"registration accepted, {how}",
            ours=median(rates[name]),
            unit="registrations/s",
            against=f"pgbench with the same statements, prepared, {CLIENTS} clients, one thread",
            reference=median(rates["pgbench"]),
            bar=Bar(least_ratio=0.5),
            details={**rates, "script": pgbench.script.text},
        )
        for name, how in (
            ("use case", f"{CLIENTS} tasks that call the use case in one process"),
            ("HTTP", f"{CLIENTS} connections to one web process"),
        )
    ]


async def _put_event(app: EventsFace) -> None:
    now = app.clock.now()
    event = an_event(_EVENT, event_time=now + timedelta(days=30))
    async with app.storage() as tx:
        await tx.events.upsert([event])


async def _script(server: OwnServer, url: str, app: EventsFace) -> Script:
    """Return what accepting a registration runs."""
    # The driver asks for types and prepares its statements the first time.
    for _ in range(CLIENTS):
        await app.accept(_command())
    log = server.server.log
    once = await logged(url, log, lambda: app.accept(_command()))
    again = await logged(url, log, lambda: app.accept(_command()))
    return script(once, again)


async def rate_of(seconds: float, work: Callable[[], Awaitable[object]]) -> float:
    """Return how often each second some work is done by clients that do it over and over."""
    done, end = 0, perf_counter() + seconds

    async def client() -> None:
        nonlocal done
        while perf_counter() < end:
            await work()
            done += 1

    started = perf_counter()
    await asyncio.gather(*(client() for _ in range(CLIENTS)))
    return done / (perf_counter() - started)


async def _rate_over_http(stage: Stage, service: Service, seconds: float) -> float:
    """Return the registrations each second that clients make over connections of their own."""
    if wrk.missing():
        asker = Asker(service.port)
        rate = await rate_of(seconds, lambda: asker.ask(_request()))
        asker.close()
        return rate
    # It takes less of the machine than a client in Python.
    script = stage.directory / "accept.lua"
    script.write_text(_LUA, encoding="utf-8")
    load = await asyncio.to_thread(
        wrk.put_load, service.url(_PATH), seconds=seconds, connections=CLIENTS, script=str(script)
    )
    if load.errors:
        raise RuntimeError(f"{load.errors} of {load.requests} registrations were not accepted")
    return load.requests_per_second


def _command() -> AcceptRegistration:
    return AcceptRegistration(
        event_id=_EVENT, first_name="Анна", last_name="Иванова", email=_email()
    )


def _request() -> bytes:
    body = {"first_name": "Анна", "last_name": "Иванова", "email": _email()}
    return post(_PATH, msgspec.json.encode(body))


def _email() -> str:
    return f"anna-{uuid4().hex}@example.com"


@frozen
class Pgbench:
    """PostgreSQL's own load generator, in C."""

    server: OwnServer
    url: str
    script: Script
    directory: Path

    async def rate(self, seconds: float) -> float:
        """Return the transactions each second."""
        path = self.directory / "pgbench.sql"
        path.write_text(self.script.text, encoding="utf-8")
        variables = [f"-D{name}={value}" for name, value in self.script.variables.items()]
        child = await asyncio.create_subprocess_exec(
            *(str(self.server.server.bin_path / "pgbench"), "--no-vacuum", "--protocol=prepared"),
            *(f"--client={CLIENTS}", "--jobs=1", f"--time={max(1, round(seconds))}"),
            *(f"--file={path}", *variables, self.url),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        output, errors = await child.communicate()
        found = re.search(rb"tps = ([\d.]+)", output)
        if (
            child.returncode != 0
            or found is None
            or b"number of failed transactions: 0" not in output
        ):
            raise RuntimeError(f"pgbench: {output.decode()}{errors.decode()}")
        return float(found[1])
