"""People who register while things go wrong, and remember what they were promised."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from itertools import count
from random import Random
from typing import Any

import aiohttp
import attrs

from support.auditing import Promise
from support.making import a_visitor, event_id

_PATIENCE = aiohttp.ClientTimeout(total=3)
_PAUSE_SECONDS = 0.1
_LOOKS = 20

Body = dict[str, Any]


@attrs.frozen(kw_only=True)
class Manners:
    """How people go about it; shares are from 0 to 1.

    Attributes:
        events: the number of the last event they choose among.
        pause: the longest wait between two of a client's registrations, in seconds.
        cancelling: how many of those that are confirmed soon are cancelled.
        repeating: how many posts are sent again although they were answered.
    """

    events: int
    pause: float = 0.05
    cancelling: float = 0.0
    repeating: float = 0.0


@attrs.define
class Clients:
    """People who register, one after another, and do not give up.

    Attributes:
        urls: the web processes; whoever fails is left for the next one.
        numbers: who comes next; each number is another person.
        repeats: how many requests were sent once more.
    """

    urls: Sequence[str]
    session: aiohttp.ClientSession
    numbers: Iterator[int] = attrs.field(factory=count)
    promises: dict[str, Promise] = attrs.field(factory=dict)
    repeats: int = 0
    stopping: bool = False
    _used: int = 0

    async def keep_registering(self, chance: Random, manners: Manners) -> None:
        """Register person after person until told to stop; finish what was begun."""
        for number in self.numbers:
            if self.stopping:
                return
            seat = "Z9" if chance.random() < 0.1 else None
            promise = await self.register(number, event_id(1 + number % manners.events), seat=seat)
            if chance.random() < manners.repeating:
                again = await self.register(number, promise.event_id, seat=seat)
                assert again == promise
            if chance.random() < manners.cancelling and await self._is_confirmed(promise):
                await self.call("DELETE", f"/api/registrations/{promise.id}")
                self.was_cancelled(promise)
            await asyncio.sleep(chance.uniform(0, manners.pause))

    async def register(self, number: int, event: str, *, seat: str | None = None) -> Promise:
        """Register a person under a key of their own, and remember the promise."""
        body = a_visitor(number, seat=seat)
        path = f"/api/events/{event}/registrations"
        accepted = await self.call("POST", path, json=body, key=f"person-{number}")
        promise = Promise(id=accepted["id"], event_id=event, email=str(body["email"]))
        self.promises[promise.id] = promise
        return promise

    def was_cancelled(self, promise: Promise) -> None:
        """Remember that it does not stand any more."""
        self.promises[promise.id] = attrs.evolve(promise, cancelled=True)

    async def status(self, promise: Promise) -> str:
        """Where a registration stands."""
        return str((await self.call("GET", f"/api/registrations/{promise.id}"))["status"])

    async def _is_confirmed(self, promise: Promise) -> bool:
        """Whether it is confirmed soon: on a busy machine that is not at once."""
        for _ in range(_LOOKS):
            await asyncio.sleep(_PAUSE_SECONDS)
            status = await self.status(promise)
            if status != "pending":
                return status == "confirmed"
        return False

    async def call(self, method: str, path: str, *, json: object = None, key: str = "") -> Body:
        """Repeat a call until it is answered with success; anything but silence or 503 is a bug."""
        headers = {"Idempotency-Key": key} if key else {}
        while True:
            url = self.urls[self._used % len(self.urls)]
            try:
                async with self.session.request(
                    method, url + path, json=json, headers=headers, timeout=_PATIENCE
                ) as response:
                    answer: Body = await response.json(content_type=None)
                    if response.status < 300:
                        return answer
                    assert response.status == 503, answer
            except (aiohttp.ClientError, TimeoutError):
                pass
            self.repeats += 1
            self._used += 1
            await asyncio.sleep(_PAUSE_SECONDS)


@asynccontextmanager
async def registering(
    clients: Clients, manners: Manners, *, seed: int = 1, people: int = 4
) -> AsyncIterator[None]:
    """Let people register while the block runs; those who are at it finish."""
    clients.stopping = False
    async with asyncio.TaskGroup() as group:
        for number in range(people):
            group.create_task(clients.keep_registering(Random(seed + number), manners))
        yield
        clients.stopping = True
