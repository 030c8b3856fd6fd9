"""Life goes on: now and then an event changes, or a new one appears."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from random import Random

from msgspec.structs import replace

from events_face_runners.simulator.records import SimulatedEvent, Status
from events_face_runners.simulator.sample_events import SampleMaker
from events_face_runners.simulator.world import World

NEXT_STATUSES: dict[Status, tuple[Status, ...]] = {
    "new": ("published", "cancelled"),
    "published": ("registration_closed", "cancelled"),
    "registration_closed": ("published", "finished"),
    "finished": ("finished",),
    "cancelled": ("published",),
}

Change = Callable[[SimulatedEvent, Random], SimulatedEvent]


async def live(world: World, *, seed: int, interval: float) -> None:
    """Change something every so many seconds, until cancelled."""
    random = Random(seed)
    while True:
        await asyncio.sleep(interval)
        change_something(world, random)


def change_something(world: World, random: Random) -> SimulatedEvent:
    """Change one event, or add one; answers the event as it is now."""
    moment = world.next_change()
    events = world.events
    change = random.choice([None, change_status, rename, reschedule, count_more])
    if change is None or not events:
        maker = SampleMaker.from_seed(random.getrandbits(32), moment)
        event = maker.event(random.choice(maker.names(100)), moment)
    else:
        event = replace(change(random.choice(events), random), changed_at=moment)
        if change is change_status:
            event = replace(event, status_changed_at=moment)
    world.put(event)
    return event


def change_status(event: SimulatedEvent, random: Random) -> SimulatedEvent:
    """Take the event to a status that may follow its own."""
    return replace(event, status=random.choice(NEXT_STATUSES[event.status]))


def rename(event: SimulatedEvent, random: Random) -> SimulatedEvent:
    """Give the name another ending in brackets."""
    plain = event.name.partition(" (")[0]
    ending = random.choice(("новая программа", "повторный показ", "для всей семьи", "6+"))
    return replace(event, name=f"{plain} ({ending})")


def reschedule(event: SimulatedEvent, random: Random) -> SimulatedEvent:
    """Move the event and its deadline by some days."""
    shift = timedelta(days=random.randint(1, 7))
    return replace(
        event,
        event_time=event.event_time + shift,
        registration_deadline=event.registration_deadline + shift,
    )


def count_more(event: SimulatedEvent, random: Random) -> SimulatedEvent:
    """Let some more visitors come from elsewhere, as far as there is room."""
    visitors = event.number_of_visitors + random.randint(1, 5)
    return replace(event, number_of_visitors=min(visitors, event.max_visitors))
