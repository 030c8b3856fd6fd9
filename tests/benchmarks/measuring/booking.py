"""Bookings, spread over a hundred events and of one hot event, against pgbench."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from itertools import count
from statistics import median
from uuid import uuid4

import msgspec
from attrs import define, frozen

from benchmarks.measuring import wrk
from benchmarks.measuring.accepting import CLIENTS, Pgbench, rate_of
from benchmarks.measuring.asking import Asker, post
from benchmarks.measuring.figures import Bar, Figure
from benchmarks.measuring.halls import FIRST, LAST, open_halls, settle, sign_in
from benchmarks.measuring.service import Service, serving
from benchmarks.measuring.stage import Stage
from benchmarks.measuring.statements import Script, logged, script
from contract.storage.postgres import OwnServer
from events_face_core.kernel import Actor, Role
from events_face_core.ticketing import Book
from events_face_runners.embedding import EventsFace, Settings, open_events_face
from support.keys import SIGNING_KEY

_PATH = "/api/bookings"
_SECONDS_SHARE = 0.5
_MOST_A_SECOND = 4000
"""More bookings than one process makes over HTTP: nobody is short of people."""

_LUA = """
local tokens, number = {}, %(begin)d
for token in io.lines("%(tokens)s") do tokens[#tokens + 1] = token end
request = function()
  local person, event = math.floor(number / %(events)d), number %% %(events)d
  number = number + 1
  local body = '{"event_id": "' .. (%(first)d + event) .. '"}'
  local headers = {["Content-Type"] = "application/json",
    ["Authorization"] = "Bearer " .. tokens[person + 1]}
  return wrk.format("POST", nil, headers, body)
end
"""


@frozen(kw_only=True)
class Spread:
    """Over how many events the bookings go."""

    name: str
    events: int

    def event(self, number: int) -> str:
        return str(FIRST + number % self.events)


_SPREADS = (
    Spread(name="spread over 100 events", events=LAST - FIRST + 1),
    Spread(name="of one hot event", events=1),
)


async def measure(stage: Stage) -> list[Figure]:
    """With 16 clients and one process each; every commit reaches the disk (``fsync = on``)."""
    return [figure for spread in _SPREADS for figure in await _measure(stage, spread)]


async def _measure(stage: Stage, spread: Spread) -> list[Figure]:
    server, url = await stage.postgres(), await stage.new_postgres()
    seconds = stage.sizes.seconds * _SECONDS_SHARE
    log = stage.directory / "booking.log"
    settings = Settings(database_url=url, auth_signing_key=SIGNING_KEY)
    async with (
        open_events_face(settings) as app,
        serving(log, {"database_url": url}, "--no-background") as service,
    ):
        await open_halls(app)
        wanted = round(max(1, seconds) * (stage.sizes.rounds + 1) * _MOST_A_SECOND)
        people = await sign_in(app, wanted // spread.events + CLIENTS)
        pgbench = Pgbench(server, url, await _script(server, url, app, spread), stage.directory)
        queue = Queue(stage, service, spread, people)
        numbers = count()
        await settle(url)
        rates: dict[str, list[float]] = {"pgbench": [], "use case": [], "HTTP": []}
        for _ in range(stage.sizes.rounds):
            rates["pgbench"].append(await pgbench.rate(seconds))
            rates["use case"].append(
                await rate_of(seconds, lambda: app.ticketing.book(_wish(spread, numbers)))
            )
            rates["HTTP"].append(await queue.rate(seconds))
    return [
        Figure(
            what=f"bookings {spread.name}, {how}",
            ours=median(rates[name]),
            unit="bookings/s",
            against=f"pgbench with the same statements, prepared, {CLIENTS} clients, one thread",
            reference=median(rates["pgbench"]),
            bar=Bar(least_ratio=0.4),
            details={**rates, "script": pgbench.script.text},
        )
        for name, how in (
            ("use case", f"{CLIENTS} tasks that call the use case in one process"),
            ("HTTP", f"{CLIENTS} connections to one web process, an access token each"),
        )
    ]


def _wish(spread: Spread, numbers: Iterator[int]) -> Book:
    person = Actor(id=uuid4().hex, role=Role.USER)
    return Book(actor=person, event_id=spread.event(next(numbers)))


async def _script(server: OwnServer, url: str, app: EventsFace, spread: Spread) -> Script:
    """Return what booking runs; pgbench draws the event, too, where there are several."""
    numbers = count()
    # The driver asks for types and prepares its statements the first time.
    for _ in range(CLIENTS):
        await app.ticketing.book(_wish(spread, numbers))
    log, first = server.server.log, count(0)
    once = await logged(url, log, lambda: app.ticketing.book(_wish(spread, first)))
    again = await logged(url, log, lambda: app.ticketing.book(_wish(spread, first)))
    return script(once, again, drawn={str(FIRST): (FIRST, FIRST + spread.events - 1)})


@define
class Queue:
    """People who book over HTTP, each pair of person and event once."""

    stage: Stage
    service: Service
    spread: Spread
    people: Sequence[str]
    begin: int = 0

    async def rate(self, seconds: float) -> float:
        """Return the bookings each second."""
        if wrk.missing():
            asker = Asker(self.service.port)
            rate = await rate_of(seconds, lambda: asker.ask(self._next()))
            asker.close()
            return rate
        # It takes less of the machine than a client in Python.
        tokens = self.stage.directory / "booking.tokens"
        tokens.write_text("\n".join(self.people) + "\n", encoding="ascii")
        lua = self.stage.directory / "booking.lua"
        values = {"begin": self.begin, "tokens": tokens, "events": self.spread.events}
        lua.write_text(_LUA % {**values, "first": FIRST}, encoding="utf-8")
        url = self.service.url(_PATH)
        load = await asyncio.to_thread(
            wrk.put_load, url, seconds=seconds, connections=CLIENTS, script=str(lua)
        )
        # Some were on their way when it ended, and are not counted.
        self.begin += load.requests + 2 * CLIENTS
        if load.errors:
            raise RuntimeError(f"{load.errors} of {load.requests} bookings were refused")
        return load.requests_per_second

    def _next(self) -> bytes:
        person, event = divmod(self.begin, self.spread.events)
        self.begin += 1
        body = msgspec.json.encode({"event_id": self.spread.event(event)})
        return post(_PATH, body, token=self.people[person])
