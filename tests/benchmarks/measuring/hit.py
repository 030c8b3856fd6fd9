"""A listing from the cache, against a bare handler that returns the same bytes."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from statistics import median

from benchmarks.measuring import wrk
from benchmarks.measuring.asking import Asker, get
from benchmarks.measuring.figures import Bar, Figure
from benchmarks.measuring.service import process, serving
from benchmarks.measuring.stage import Stage
from support.processes import free_port

_PATH = "/api/events?status=open&limit=50"
_BARE = Path(__file__).parents[1] / "bare_server.py"
_SERVER_CORE, _CLIENT_CORE = 0, 1
_ROUNDS, _EACH_SECONDS = 2, 0.4


async def measure(stage: Stage) -> list[Figure]:
    """Each server on one core, all logs and metrics of ours on; ``wrk`` on the other."""
    if wrk.missing():
        print("  left out: needs wrk and taskset (Debian: wrk, util-linux)", flush=True)
        return []
    database = (await stage.in_sqlite(stage.sizes.few)).url
    async with AsyncExitStack() as servers:
        ours = await servers.enter_async_context(
            serving(
                stage.directory / "hit.log",
                # Nothing but the hit is measured: the page stays cached throughout.
                {"database_url": database, "listing_cache_ttl": "1h"},
                "--no-background",
                core=_SERVER_CORE,
            )
        )
        asker = Asker(ours.port)
        body = (await asker.ask(get(_PATH))).body
        asker.close()
        bare = await servers.enter_async_context(_bare(stage, body))
        rates: dict[str, list[float]] = {"ours": [], "bare": []}
        for _ in range(_ROUNDS * stage.sizes.rounds):
            for name, url in (("bare", bare), ("ours", ours.url(_PATH))):
                seconds = stage.sizes.seconds * _EACH_SECONDS
                load = await asyncio.to_thread(
                    wrk.put_load, url, seconds=seconds, core=_CLIENT_CORE
                )
                rates[name].append(load.requests_per_second)
    return [
        Figure(
            what="listing hit, 50 open events, one process on one core, all logs and metrics on",
            ours=median(rates["ours"]),
            unit="requests/s",
            against="a bare aiohttp + uvloop handler that returns the same bytes",
            reference=median(rates["bare"]),
            bar=Bar(least_ratio=0.8),
            details={"bytes": len(body), **rates},
        )
    ]


@asynccontextmanager
async def _bare(stage: Stage, body: bytes) -> AsyncIterator[str]:
    content, port = stage.directory / "body.json", free_port()
    content.write_bytes(body)
    command = (sys.executable, str(_BARE), str(content), str(port))
    log = stage.directory / "bare.log"
    async with process(log, *command, port=port, core=_SERVER_CORE, environment={}):
        yield f"http://127.0.0.1:{port}/api/events"
