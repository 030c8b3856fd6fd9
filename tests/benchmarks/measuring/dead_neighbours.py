"""The listing while provider, notifier, Redis and Kafka are dead, against the healthy one."""

import asyncio
from collections.abc import Sequence
from random import Random
from urllib.parse import quote

import msgspec

from benchmarks.measuring.asking import Asker, get, post, side_by_side
from benchmarks.measuring.figures import Bar, Figure
from benchmarks.measuring.neighbours import neighbours
from benchmarks.measuring.questions import next_days
from benchmarks.measuring.service import serving
from benchmarks.measuring.stage import Stage
from benchmarks.measuring.times import percentile
from support.waiting import until

RATE = 100.0
"""Requests a second, to each of the two services."""

_POPULAR = 20
_VISITORS = 100
_SYNCED_WORD = "python"
"""In the name of an event that every simulator has, and no event of ours."""


class _Event(msgspec.Struct):
    id: str


class _Page(msgspec.Struct):
    results: list[_Event]


async def measure(stage: Stage) -> list[Figure]:
    """Half of the requests repeat popular questions, half ask what nobody asked before."""
    one, other = await stage.new_with_few(), await stage.new_with_few()
    log = stage.directory / "neighbours.log"
    async with (
        neighbours() as theirs,
        neighbours() as dead,
        serving(log, {"database_url": one, **theirs.settings}, "--background") as healthy,
        serving(log, {"database_url": other, **dead.settings}, "--background") as lonely,
    ):
        askers = Asker(healthy.port), Asker(lonely.port)
        events = [await _synced_event(asker) for asker in askers]
        await dead.die()
        # There is something to deliver again and again.
        for asker, event in zip(askers, events, strict=True):
            await _register(asker, event)
        requests = _requests(int(stage.sizes.seconds * 2 * RATE))
        alive, alone = await side_by_side(
            (askers[0], requests), (askers[1], requests), each_second=RATE
        )
        for asker in askers:
            asker.close()
    return [
        Figure(
            what="listing p95, hits and misses, provider, notifier, Redis and Kafka dead",
            ours=percentile(alone, 0.95),
            unit="ms",
            against="the same with all of them healthy",
            reference=percentile(alive, 0.95),
            bar=Bar(most_ratio=1.1),
            details={"healthy": _spread(alive), "dead": _spread(alone)},
        )
    ]


def _spread(seconds: Sequence[float]) -> dict[str, float]:
    """Return what becomes of each half of the requests."""
    hits, misses = seconds[0::2], seconds[1::2]
    return {
        "p50 of hits": round(percentile(hits, 0.5), 2),
        "p95 of hits": round(percentile(hits, 0.95), 2),
        "p50 of misses": round(percentile(misses, 0.5), 2),
        "p95 of misses": round(percentile(misses, 0.95), 2),
    }


def _requests(count: int) -> list[bytes]:
    random = Random(1)
    popular = [next_days(random) for _ in range(_POPULAR)]
    asked = [next_days(random) if number % 2 else random.choice(popular) for number in range(count)]
    return [get(question.path()) for question in asked]


async def _synced_event(asker: Asker) -> str:
    """Return an event that came from the provider, once it is there."""
    found: list[str] = []

    async def synced() -> bool:
        answer = await asker.ask(get(f"/api/events?q={quote(_SYNCED_WORD)}&status=open"))
        found.extend(event.id for event in msgspec.json.decode(answer.body, type=_Page).results)
        return bool(found)

    await until(synced, seconds=30)
    return found[0]


async def _register(asker: Asker, event: str) -> None:
    path = f"/api/events/{event}/registrations"
    visitors = (
        {"first_name": "Анна", "last_name": "Ким", "email": f"anna-{number}@example.com"}
        for number in range(_VISITORS)
    )
    bodies = map(msgspec.json.encode, visitors)
    await asyncio.gather(*(asker.ask(post(path, body)) for body in bodies))
