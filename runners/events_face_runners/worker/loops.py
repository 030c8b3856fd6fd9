"""Loops: one that repeats a task, one that keeps a relay busy."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence

from events_face_core.kernel import Delivery, EventsFaceError, Relay
from events_face_runners.event_loop import wait_for

log = logging.getLogger(__name__)

_POLL_SECONDS = 1.0


async def repeat(name: str, task: Callable[[], Awaitable[object]], *, seconds: float) -> None:
    """Run a task now and then every so many seconds, whatever becomes of it, until cancelled."""
    while True:
        try:
            await task()
        except EventsFaceError as error:
            log.warning("%s failed and is tried again: %s", name, error)
        except Exception:
            log.exception("%s failed and is tried again", name)
        await asyncio.sleep(seconds)


async def keep_relaying(relay: Relay, due: asyncio.Event, stop: asyncio.Event) -> None:
    """Deliver what is due, as many at a time as the relay bears, until told to stop.

    Looks at the outbox when told that something is due, when a delivery ends, and once a
    second for what became due by itself or was committed by another process. Deliveries under
    way are finished before it returns; of cancelled ones the claim runs out by itself.
    """
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
            await wait_for(due, _POLL_SECONDS)


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
