"""A trial: a simulator, a database, the service as a process, and people who register."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from time import monotonic

import aiohttp
import attrs

from events_face_runners.simulator import Faults, Simulator, running_simulator
from support.auditing import Finding, audit, count
from support.clients import Clients
from support.fault_table import FaultRow
from support.making import NOTIFIER_TOKEN, TOKEN, an_event, calm
from support.processes import ServiceProcess, free_port
from support.records import is_settled, kind_of, read_records, repeated_deliveries
from support.stage import Choices
from support.waiting import until

EVENTS = 5
SETTLED_SECONDS = 45.0
_START_SECONDS = 60.0
_IN_ORDER_SECONDS = 10.0

# Calls take a while, so that faults hit them on their way; some fail and some replies are lost.
ON_THE_WAY = Faults(
    latency=0.03,
    fail_rate=0.03,
    lost_reply_rate=0.03,
    target=frozenset({"register", "unregister", "notify"}),
)


@attrs.define
class Trial:
    """What a test holds of it.

    Attributes:
        database: the URL that the auditor reads, past every proxy.
        process: the service, with its settings as environment.
        clients: who registers.
        began: when, on the clock that never runs backwards.
    """

    simulator: Simulator
    database: str
    process: ServiceProcess
    clients: Clients
    began: float = attrs.field(factory=monotonic)

    @property
    def kind(self) -> str:
        """Which database it is."""
        return kind_of(self.database)

    def use(self, **settings: str) -> None:
        """Change settings by name, such as ``PROVIDER_URL``, for whatever starts from now on."""
        changed = {f"EVENTS_FACE_{name}": value for name, value in settings.items()}
        self.process.environment = {**self.process.environment, **changed}

    async def start(self) -> None:
        """Start the process, and wait until it shows every event."""
        await self.process.start()
        await self.is_up()

    async def is_up(self) -> None:
        """Wait until every web process shows every event."""
        await until(self._shows_every_event, seconds=_START_SECONDS)

    async def settle(self, seconds: float = SETTLED_SECONDS) -> float:
        """Wait until nothing waits any more and nothing is amiss; return the seconds."""
        started = monotonic()
        await until(lambda: is_settled(self.database), seconds=seconds)
        try:
            await until(self._is_in_order, seconds=_IN_ORDER_SECONDS)
        except AssertionError:
            raise AssertionError("\n".join(map(str, await self.findings()))) from None
        return monotonic() - started

    async def findings(self) -> list[Finding]:
        """What the auditor finds now."""
        records = await read_records(self.database)
        return audit(records, self.simulator, self.clients.promises)

    async def row(self, fault: str, times: int) -> FaultRow:
        """What became of this trial, for the table."""
        records, findings = await read_records(self.database), await self.findings()
        return FaultRow(
            fault=fault,
            database=self.kind,
            times=times,
            registrations=len(self.clients.promises),
            repeats=self.clients.repeats,
            redeliveries=repeated_deliveries(records),
            lost=count(findings, "lost"),
            doubled=count(findings, "doubled"),
            seconds=round(monotonic() - self.began),
        )

    def errors(self) -> list[str]:
        """What went wrong unforeseen, as logged."""
        return self.process.errors()

    async def _is_in_order(self) -> bool:
        return not await self.findings()

    async def _shows_every_event(self) -> bool:
        process = self.process.process
        assert process is None or process.returncode is None, self.process.log.read_text()
        try:
            return min([await self._shown(url) for url in self.clients.urls]) >= EVENTS
        except aiohttp.ClientError:
            return False

    async def _shown(self, url: str) -> int:
        async with self.clients.session.get(f"{url}/api/events") as response:
            return len((await response.json(content_type=None)).get("results", ()))


@asynccontextmanager
async def a_trial(
    directory: Path,
    database: str,
    *,
    faults: Faults = ON_THE_WAY,
    idempotent: bool = False,
    module: str = "events_face_cli",
    simulated: Choices | None = None,
) -> AsyncIterator[Trial]:
    """Set the stage; nothing of it outlives the block.

    Args:
        directory: for the log.
        database: the URL of the database that is audited.
        faults: what goes wrong at the aggregator and the notification service all the time.
        idempotent: whether the aggregator honours keys.
        module: what the process runs.
        simulated: other choices for the simulator.
    """
    events = [an_event(number, max_visitors=100_000) for number in range(1, 1 + EVENTS)]
    options = calm(*events, idempotent=idempotent, faults=faults, **(simulated or {}))
    async with running_simulator(options) as simulator, _patient_session() as session:
        port = free_port()
        usual = {
            "DATABASE_URL": database,
            "HTTP_PORT": str(port),
            "PROVIDER_URL": simulator.url,
            "PROVIDER_TOKEN": TOKEN,
            "PROVIDER_IDEMPOTENT": str(idempotent).lower(),
            "PROVIDER_TIMEOUT": "1s",
            "NOTIFIER_URL": simulator.url,
            "NOTIFIER_TOKEN": NOTIFIER_TOKEN,
            "NOTIFIER_TIMEOUT": "1s",
            "BREAKER_RECOVERY": "1s",
            "SYNC_INTERVAL": "200ms",
        }
        process = ServiceProcess({}, directory / "service.log", module=module)
        clients = Clients([f"http://127.0.0.1:{port}"], session)
        trial = Trial(simulator, database, process, clients)
        trial.use(**usual)
        try:
            yield trial
        finally:
            await process.kill()


def _patient_session() -> aiohttp.ClientSession:
    """A session that keeps no connection: none is found closed by the other side."""
    return aiohttp.ClientSession(connector=aiohttp.TCPConnector(force_close=True, limit=0))
