"""A deployment of several processes on one database."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from itertools import cycle

import attrs
from aiohttp import ClientError, ClientSession

from support.processes import ServiceProcess, free_port
from support.trials import Trial
from support.waiting import until

_UP_SECONDS = 60.0


@attrs.frozen
class Member:
    """A process, and where it tells that it lives."""

    process: ServiceProcess
    url: str

    async def is_up(self, session: ClientSession) -> bool:
        try:
            async with session.get(f"{self.url}/health/live") as response:
                return response.status == 200
        except ClientError:
            return False


@attrs.frozen
class Crew:
    """The processes of a deployment."""

    members: Sequence[Member]
    session: ClientSession

    async def start(self) -> None:
        await asyncio.gather(*(member.process.start() for member in self.members))

    async def are_up(self) -> bool:
        """Whether all live."""
        return all([await member.is_up(self.session) for member in self.members])

    async def stop(self) -> set[int]:
        """Ask all to stop; return their exit codes."""
        return set(await asyncio.gather(*(member.process.stop() for member in self.members)))

    async def kill(self) -> None:
        await asyncio.gather(*(member.process.kill() for member in self.members))

    async def die_in_turn(self, seconds: float, over: Callable[[], bool]) -> int:
        """Kill one every so many seconds and start it again; return how many were killed.

        One that is not up again yet is waited for: on a busy machine all would be down else.
        """
        killed = 0
        for member in cycle(self.members):
            await asyncio.sleep(seconds)
            await until(lambda: member.is_up(self.session), seconds=_UP_SECONDS)  # noqa: B023
            if over():
                break
            await member.process.kill()
            await member.process.start()
            killed += 1
        return killed


@asynccontextmanager
async def a_crew(trial: Trial, *others: str) -> AsyncIterator[Crew]:
    """Start two web processes and two workers on the trial's stage; none outlives the block.

    Args:
        trial: whose clients go to these web processes.
        others: more commands, a process for each.
    """
    webs = [_member(trial, "serve", "--no-background") for _ in range(2)]
    workers = [_member(trial, command) for command in ("worker", "worker", *others)]
    # Turn about, so that no two web processes die one after the other.
    members = [*(member for pair in zip(webs, workers, strict=False) for member in pair)]
    members += workers[len(webs) :]
    trial.clients.urls = [web.url for web in webs]
    crew = Crew(members, trial.clients.session)
    try:
        await crew.start()
        await trial.is_up()
        yield crew
    finally:
        await crew.kill()


@asynccontextmanager
async def running(crew: Crew) -> AsyncIterator[None]:
    """Start a crew, and stop it in the end; none outlives the block."""
    try:
        await crew.start()
        await until(crew.are_up, seconds=_UP_SECONDS)
        yield
        assert await crew.stop() == {0}
    finally:
        await crew.kill()


def _member(trial: Trial, command: str, *options: str) -> Member:
    return a_member(attrs.evolve(trial.process, command=command, options=options))


def a_member(process: ServiceProcess) -> Member:
    """Give a process that is not started yet a port of its own."""
    port = str(free_port())
    variable = (
        "EVENTS_FACE_HTTP_PORT" if process.command == "serve" else "EVENTS_FACE_OPERATION_PORT"
    )
    environment = {**process.environment, variable: port}
    return Member(attrs.evolve(process, environment=environment), f"http://127.0.0.1:{port}")
