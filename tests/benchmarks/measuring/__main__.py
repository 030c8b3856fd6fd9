"""Measures, and writes down what came of it: ``python -m benchmarks.measuring [NAME …]``."""

import argparse
import asyncio
import signal
import sys
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from time import perf_counter

from benchmarks.measuring import (
    accepting,
    booking,
    booking_alone,
    dead_neighbours,
    growth,
    hit,
    memory,
    miss,
    syncing,
)
from benchmarks.measuring.figures import Figure
from benchmarks.measuring.report import Report
from benchmarks.measuring.stage import FULL, QUICK, Stage, open_stage
from events_face_runners.event_loop import run_async

MEASUREMENTS: Mapping[str, Callable[[Stage], Awaitable[list[Figure]]]] = {
    "hit": hit.measure,
    "miss": miss.measure,
    "miss-sqlite": miss.measure_sqlite,
    "accepting": accepting.measure,
    "booking": booking.measure,
    "syncing": syncing.measure,
    "dead-neighbours": dead_neighbours.measure,
    "booking-alone": booking_alone.measure,
    "memory": memory.measure,
    "growth": growth.measure,
}
_DOCS = Path(__file__).parents[3] / "docs"


def main() -> int:
    """Run the measurements that are asked for, or all."""
    asked = _arguments().parse_args()
    report = Report(asked.output, asked.document, [*MEASUREMENTS])
    return run_async(_measure(asked.names or list(MEASUREMENTS), report, quick=asked.quick))


async def _measure(names: list[str], report: Report, *, quick: bool) -> int:
    # Told to stop, it ends its servers and removes its files, as after Ctrl-C.
    task = asyncio.current_task()
    if task is not None:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    missed = 0
    async with open_stage(QUICK if quick else FULL) as stage:
        for name in names:
            print(name, flush=True)
            started = perf_counter()
            figures = await MEASUREMENTS[name](stage)
            seconds = perf_counter() - started
            print(f"  took {seconds:.0f} s", flush=True)
            for figure in figures:
                print(f"  {figure}", flush=True)
            missed += sum(not figure.holds for figure in figures)
            # What is quick is no measurement.
            if figures and not quick:
                report.add(name, figures, seconds=seconds)
                report.show()
    print(f"{missed} bars missed" if missed else "all bars met", flush=True)
    return 0


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="measuring", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[[], *MEASUREMENTS], metavar="NAME")
    parser.add_argument("--quick", action="store_true", help="small, and nothing is written")
    parser.add_argument("--output", type=Path, default=_DOCS / "performance.json")
    parser.add_argument("--document", type=Path, default=_DOCS / "performance.md")
    return parser


if __name__ == "__main__":
    sys.exit(main())
