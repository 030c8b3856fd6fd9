"""A process that can be started to end in a gap."""

import asyncio
import os
import signal
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from itertools import count
from pathlib import Path
from typing import Self

import attrs

from support.processes import ServiceProcess

MODULE = "faults.killable"
_TESTS = Path(__file__).parents[1]
_REACHED_SECONDS = 15.0


@attrs.frozen
class Mortal:
    """A process of ``faults.killable``, and its log of gaps.

    Attributes:
        process: what is run; its environment is what it was made with.
        log: the names of the gaps that the last run went through.
    """

    process: ServiceProcess
    log: Path
    environment: Mapping[str, str] = attrs.field()

    @environment.default
    def _environment(self) -> Mapping[str, str]:
        paths = [str(_TESTS), *filter(None, [os.environ.get("PYTHONPATH")])]
        return {**self.process.environment, "PYTHONPATH": os.pathsep.join(paths)}

    @classmethod
    def command(cls, log: Path, database: str, name: str, *options: str, **settings: str) -> Self:
        """Return a command on a database; the log of its gaps lies beside its own."""
        chosen = {"DATABASE_URL": database, **settings}
        environment = {f"EVENTS_FACE_{key}": value for key, value in chosen.items()}
        process = ServiceProcess(environment, log, name, options, MODULE)
        return cls(process, log.with_suffix(".gaps"))

    async def run(self) -> int:
        """Run it to its end, unharmed; return its exit code."""
        await self.start()
        return await self.ended()

    async def start(self, **variables: str) -> None:
        """Start it, with the variables of ``faults.killable``; its log begins anew."""
        self.log.write_text("")
        given = {"GAPS_LOG": str(self.log), **variables}
        self.process.environment = {**self.environment, **given}
        await self.process.start()

    async def dies_in(self, gap: str, time: int = 1) -> bool:
        """Run it until it is in this gap so many times, and dies; tell whether it did."""
        await self.start(GAPS_KILL_AT=f"{gap}#{time}")
        try:
            code = await asyncio.wait_for(self.ended(), _REACHED_SECONDS)
        except TimeoutError:
            await self.kill()
            return False
        return code == -signal.SIGKILL

    async def dies_in_turn(self) -> AsyncIterator[str]:
        """Run it again and again, to die in one gap later each time, until it gets through.

        Yields the name of the gap after each death.
        """
        for time in count(1):
            await self.start(GAPS_KILL_AT=f"*#{time}")
            code = await self.ended()
            if code == 0:
                return
            assert code == -signal.SIGKILL, self.process.log.read_text()
            yield self.log.read_text(encoding="utf-8").splitlines()[-1]

    async def ended(self) -> int:
        """Wait for its end; return its exit code."""
        assert self.process.process is not None
        return await self.process.process.wait()

    async def kill(self) -> None:
        """End it wherever it is."""
        await self.process.kill()

    def is_stopped(self) -> bool:
        """Whether it stands still in its gap; Linux tells."""
        assert self.process.process is not None
        status = Path(f"/proc/{self.process.process.pid}/stat").read_text(encoding="utf-8")
        return status.rpartition(")")[2].split()[0] == "T"

    def reached(self) -> Counter[str]:
        """How often it was in each gap since it was started."""
        return Counter(self.log.read_text(encoding="utf-8").splitlines())
