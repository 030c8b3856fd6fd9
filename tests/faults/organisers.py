"""Organisers, at the aggregator: events come, are called off, and are over."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from itertools import count

import attrs
from aiohttp import ClientError
from msgspec.structs import replace

from events_face_runners.simulator import MOSCOW, SimulatedEvent
from support.auditing import Promise
from support.making import an_event
from support.trials import Trial

VISITORS = 2
_SHORT_SECONDS = 1.0
_PAUSE_SECONDS = 0.3


@attrs.define
class Organisers:
    """People who make events while others register."""

    trial: Trial
    numbers: Iterator[int] = attrs.field(factory=lambda: count(1000))
    stopping: bool = False

    async def keep_calling_off(self) -> None:
        """Make an event, let people register, and call it off once they are confirmed."""
        while not self.stopping:
            event = self._put(an_event(next(self.numbers)))
            while not await self._is_shown(event):
                if self.stopping:
                    return
                await asyncio.sleep(_PAUSE_SECONDS)
            promises = [await self._register(event) for _ in range(VISITORS)]
            while not await self._are_confirmed(promises):
                if self.stopping:
                    return
                await asyncio.sleep(_PAUSE_SECONDS)
            current = self.trial.simulator.world.event(event.id)
            self._put(replace(current, status="cancelled"))
            for promise in promises:
                self.trial.clients.was_cancelled(promise)
            await asyncio.sleep(_PAUSE_SECONDS)

    async def _register(self, event: SimulatedEvent) -> Promise:
        clients = self.trial.clients
        return await clients.register(next(clients.numbers), str(event.id))

    async def _are_confirmed(self, promises: Sequence[Promise]) -> bool:
        clients = self.trial.clients
        return {await clients.status(promise) for promise in promises} == {"confirmed"}

    async def keep_holding_short_events(self) -> None:
        """Make events that are over soon, and then purged."""
        while not self.stopping:
            end = datetime.now(MOSCOW) + timedelta(seconds=_SHORT_SECONDS)
            self._put(an_event(next(self.numbers), event_time=end, registration_deadline=end))
            await asyncio.sleep(_SHORT_SECONDS)

    def _put(self, event: SimulatedEvent) -> SimulatedEvent:
        world = self.trial.simulator.world
        stamped = replace(event, changed_at=world.next_change())
        world.put(stamped)
        return stamped

    async def _is_shown(self, event: SimulatedEvent) -> bool:
        url = f"{self.trial.clients.urls[0]}/api/events/{event.id}"
        try:
            async with self.trial.clients.session.get(url) as response:
                return response.status == 200
        except ClientError:
            return False


@asynccontextmanager
async def organising(trial: Trial, *, people: int = 3) -> AsyncIterator[None]:
    """Let organisers be at work while the block runs."""
    organisers = Organisers(trial)
    async with asyncio.TaskGroup() as group:
        for _ in range(people):
            group.create_task(organisers.keep_calling_off())
        group.create_task(organisers.keep_holding_short_events())
        yield
        organisers.stopping = True
