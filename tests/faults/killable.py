"""``python -m faults.killable serve``: the product's own command line, with gaps to die in.

The product knows nothing of this. Its wiring calls two functions to open its storage and what
lies outside, and its migrations a third; here they are wrapped before the command line starts.
The environment says what to do:

- ``GAPS_LOG``: the file that takes the name of every gap that is reached;
- ``GAPS_KILL_AT``: ``name#3`` kills the process the third time it is in that gap, ``*#7`` in
  the seventh gap of all;
- ``GAPS_STOP_AT``: the same, but it stays there, stopped.
"""

import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial, wraps
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import attrs

from events_face_adapters.storage.migration_steps import missing_steps
from events_face_adapters.storage.postgres import migrating as postgres_migrating
from events_face_adapters.storage.sqlite import migrating as sqlite_migrating
from events_face_cli.main import main
from events_face_runners.wiring import app
from events_face_runners.wiring.outside import Outside, open_outside
from events_face_runners.wiring.storing import make_storage
from faults.gaps import Gaps, PortWithGaps, StorageWithGaps

P = ParamSpec("P")
T = TypeVar("T")
U = TypeVar("U")


def _gaps() -> Gaps:
    log = Path(os.environ["GAPS_LOG"])
    if stop_at := os.environ.get("GAPS_STOP_AT"):
        return Gaps(log, stop_at, signal.SIGSTOP)
    return Gaps(log, os.environ.get("GAPS_KILL_AT", ""))


def _then(make: Callable[P, T], wrap: Callable[[T], U]) -> Callable[P, U]:
    """Return a function that wraps what another makes."""

    @wraps(make)
    def made(*args: P.args, **named: P.kwargs) -> U:
        return wrap(make(*args, **named))

    return made


@asynccontextmanager
async def _outside_with_gaps(opening: Any, gaps: Gaps) -> AsyncIterator[Outside]:  # noqa: ANN401
    async with opening as outside:
        ports: dict[str, Any] = {
            name: PortWithGaps(name, port, gaps)
            for name, port in attrs.asdict(outside.ports, recurse=False).items()
            if port is not None
        }
        yield attrs.evolve(outside, ports=attrs.evolve(outside.ports, **ports))


def _install(gaps: Gaps) -> None:
    vars(app).update(
        open_outside=_then(open_outside, partial(_outside_with_gaps, gaps=gaps)),
        make_storage=_then(make_storage, partial(StorageWithGaps, gaps=gaps)),
    )
    for migrating in (postgres_migrating, sqlite_migrating):
        vars(migrating).update(missing_steps=_then(missing_steps, gaps.between_steps))


_install(_gaps())

if __name__ == "__main__":
    main()
