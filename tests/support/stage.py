"""A simulator and a service before it, both chosen by the test."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from events_face_core.kernel import Clock
from events_face_runners.simulator import SimulatedEvent, Simulator, running_simulator
from support.making import calm, quick_settings
from support.service import Service, running_service

Choices = dict[str, object]


@asynccontextmanager
async def stage(
    directory: Path,
    *,
    events: Sequence[SimulatedEvent] = (),
    simulated: Choices | None = None,
    settings: Choices | None = None,
    clock: Clock | None = None,
    background: bool = True,
) -> AsyncIterator[tuple[Simulator, Service]]:
    """Both, with the events synced once before the test begins."""
    async with running_simulator(calm(*events, **(simulated or {}))) as simulator:
        chosen = quick_settings(directory, simulator, **(settings or {}))
        async with running_service(chosen, clock=clock, background=background) as service:
            await service.sync()
            yield simulator, service
