"""What a web process holds of memory, in the end and half way there."""

import asyncio
from random import Random

from benchmarks.measuring import wrk
from benchmarks.measuring.figures import Bar, Figure
from benchmarks.measuring.machine import resident_mebibytes
from benchmarks.measuring.questions import LISTING, filtered, next_days
from benchmarks.measuring.service import Service, serving
from benchmarks.measuring.stage import Stage

_BAR = Bar(most=150, most_ratio=1.1)
_POPULAR, _DIFFERENT, _ONE_IN = 100, 20_000, 100
_SLICE_SECONDS = 5
_FILLING_SLICES = 3
"""Answers are kept for five seconds: in so much time, each asked for once, they fill the cache."""


async def measure(stage: Stage) -> list[Figure]:
    """After many listing requests, and during the sync of many events."""
    mirrored = await stage.mirrored()
    held = [moment.memory for moment in mirrored.moments]
    figures = [_figure(f"during a sync of {stage.sizes.many:,} events (the most)", held)]
    if wrk.missing():
        print("  listing requests left out: they need wrk", flush=True)
        return figures
    settings = {"database_url": mirrored.url}
    async with serving(stage.directory / "memory.log", settings, "--no-background") as service:
        held = await _ask_much(stage, service)
    figures.append(_figure(f"after {stage.sizes.requests:,} listing requests", held))
    return figures


def _figure(what: str, held: list[float]) -> Figure:
    half = held[len(held) // 2]
    return Figure(
        what=f"memory of the web process {what}",
        ours=max(held[len(held) // 2 :]),
        unit="MiB",
        against="half way",
        reference=half,
        bar=_BAR,
        details={
            "start": round(held[0], 1),
            "half": round(half, 1),
            "end": round(held[-1], 1),
            "on the way": [round(each, 1) for each in held[:: max(1, len(held) // 20)]],
        },
    )


async def _ask_much(stage: Stage, service: Service) -> list[float]:
    """Ask for some pages over and over, and every now and then for others; watch the memory.

    First for others only, so that what is kept of answers and statements is all there long before
    half way: what the memory grows by after that is no cache that fills.
    """
    random = Random(1)
    popular = [next_days(random).path() for _ in range(_POPULAR - 1)]
    different = [filtered(random).path(limit=str(1 + n % 100)) for n in range(_DIFFERENT)]
    often = [LISTING, *popular]
    filling = wrk.write_script(stage.directory / "filling.lua", often, different, one_in=1)
    mixed = wrk.write_script(stage.directory / "mixed.lua", often, different, one_in=_ONE_IN)
    held, answered = [resident_mebibytes(service.pid)], 0
    while answered < stage.sizes.requests:
        script = filling if len(held) <= _FILLING_SLICES else mixed
        load = await asyncio.to_thread(
            wrk.put_load, service.url(LISTING), seconds=_SLICE_SECONDS, script=script
        )
        if load.errors:
            raise RuntimeError(f"{load.errors} of {load.requests} answers were errors")
        answered += load.requests
        held.append(resident_mebibytes(service.pid))
    return held
