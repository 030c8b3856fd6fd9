"""Loops: one that repeats a task, one that keeps a relay busy."""

import asyncio
import logging
from collections.abc import Sequence
from datetime import timedelta

from attrs import define, field

from events_face_core.kernel import Clock, Delivery, EventsFaceError, Message, Relay
from events_face_runners.background.chores import Chores
from events_face_runners.background.schedule import Every, ScheduledTask
from events_face_runners.event_loop import wait_for

log = logging.getLogger(__name__)

POLL_SECONDS = 1.0

_LONGEST_NAP = 60.0
# A loop that takes over may come just after the time of day: nobody else may have noticed it.
_UNNOTICED = timedelta(seconds=10)


async def repeat(task: ScheduledTask, chores: Chores, clock: Clock) -> None:
    """Run a task whenever it is time, until cancelled; what is then under way goes on."""
    seen = clock.now() - _UNNOTICED
    while True:
        if isinstance(task.when, Every):
            left = task.when.seconds - chores.idle(task.name)
        else:
            left = (task.when.following(seen) - clock.now()).total_seconds()
        if left > 0:
            await asyncio.sleep(min(left, _LONGEST_NAP))
            continue
        await asyncio.wait({chores.start(task.name, task.run)})
        seen = clock.now()


@define
class WakeUps:
    """Wakes the relays of this process when something is due.

    Attributes:
        poll_seconds: after how long a relay looks by itself, for what became due by its time or
            was committed by another process.
    """

    poll_seconds: float = POLL_SECONDS
    _relays: list[asyncio.Event] = field(factory=list, init=False)

    def add(self) -> asyncio.Event:
        """Return an event that is set when something is due."""
        due = asyncio.Event()
        self._relays.append(due)
        return due

    def wake(self) -> None:
        """Wake every relay."""
        for due in self._relays:
            due.set()

    def committed(self, messages: Sequence[Message]) -> None:
        """Hear of a commit of this process."""
        if messages:
            self.wake()

    def poll_every(self, seconds: float) -> None:
        """Let the relays look by themselves so often, from now on."""
        self.poll_seconds = seconds
        self.wake()


async def keep_relaying(relay: Relay, wake_ups: WakeUps, stop: asyncio.Event) -> None:
    """Deliver what is due, as many at a time as the relay bears, until told to stop.

    Looks at the outbox when told that something is due, when a delivery ends, and now and then
    for what nobody told. Deliveries under way are finished before it returns; of cancelled ones
    the claim runs out by itself.
    """
    due = wake_ups.add()
    async with asyncio.TaskGroup() as group:
        under_way: set[asyncio.Task[None]] = set()

        def ended(task: asyncio.Task[None]) -> None:
            under_way.discard(task)
            due.set()

        while not stop.is_set():
            due.clear()
            for delivery in await _claim(relay, relay.concurrency - len(under_way)):
                task = group.create_task(_deliver(relay, delivery))
                under_way.add(task)
                task.add_done_callback(ended)
            await wait_for(due, wake_ups.poll_seconds)


async def _claim(relay: Relay, free: int) -> Sequence[Delivery]:
    try:
        return await relay.claim(free)
    except EventsFaceError as error:
        log.warning("the outbox cannot be read and is tried again: %s", error)
    except Exception:
        log.exception("the outbox cannot be read and is tried again")
    return ()


async def _deliver(relay: Relay, delivery: Delivery) -> None:
    try:
        await relay.deliver(delivery)
    except EventsFaceError as error:
        # The row could not even be given back: its claim runs out by itself.
        log.warning("delivery %s is left to its lease: %s", delivery.id, error)
    except Exception:
        log.exception("delivery %s is left to its lease", delivery.id)
