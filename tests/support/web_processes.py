"""Web processes on one database, which can be killed at any moment."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
from attrs import frozen

from support.processes import ServiceProcess, free_port
from support.waiting import until

_UP_SECONDS = 60.0


@frozen
class WebProcess:
    """A process, and where it listens."""

    process: ServiceProcess
    url: str
    session: aiohttp.ClientSession

    async def is_up(self) -> bool:
        try:
            async with self.session.get(f"{self.url}/health/live") as response:
                return response.status == 200
        except aiohttp.ClientError:
            return False

    async def die(self) -> None:
        """Be killed as by a power cut, start again, and be up."""
        await self.process.kill()
        await self.process.start()
        await until(self.is_up, seconds=_UP_SECONDS)


@asynccontextmanager
async def web_processes(
    directory: Path, database: str, number: int = 2, /, **settings: str
) -> AsyncIterator[list[WebProcess]]:
    """Start web processes that do nothing in the background; none outlives the block.

    Args:
        directory: for the log.
        database: the URL of the database.
        number: how many.
        settings: more settings by name, such as ``REDIS_URL``.
    """
    connector = aiohttp.TCPConnector(force_close=True, limit=0)
    async with aiohttp.ClientSession(connector=connector) as session:
        webs = []
        for _ in range(number):
            port = free_port()
            environment = {
                "EVENTS_FACE_DATABASE_URL": database,
                "EVENTS_FACE_HTTP_PORT": str(port),
                "EVENTS_FACE_AUTH_SIGNUPS_PER_HOUR": "0",
                **{f"EVENTS_FACE_{name}": value for name, value in settings.items()},
            }
            process = ServiceProcess(
                environment, directory / "serve.log", options=["--no-background"]
            )
            webs.append(WebProcess(process, f"http://127.0.0.1:{port}", session))
        try:
            await asyncio.gather(*(web.process.start() for web in webs))
            for web in webs:
                await until(web.is_up, seconds=_UP_SECONDS)
            yield webs
        finally:
            await asyncio.gather(*(web.process.kill() for web in webs))
