"""The service in a thread of its own, for clients that block."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

from events_face_runners.simulator import SimulatorOptions, running_simulator
from events_face_runners.web.actors import Authenticate
from support.making import quick_settings
from support.service import running_service


@contextmanager
def service_in_a_thread(
    directory: Path, options: SimulatorOptions, authenticate: Authenticate | None = None
) -> Iterator[str]:
    """Yield the address of a service that knows the simulator's events and does nothing more."""
    address: Future[str] = Future()
    loop = asyncio.new_event_loop()
    stop = asyncio.Event()

    async def serve() -> None:
        try:
            async with (
                running_simulator(options) as simulator,
                running_service(
                    quick_settings(directory, simulator),
                    background=False,
                    authenticate=authenticate,
                ) as service,
            ):
                await service.sync()
                address.set_result(service.url)
                await stop.wait()
        except Exception as error:  # noqa: BLE001  # whoever waits for the address is told
            address.set_exception(error)

    def run() -> None:
        with asyncio.Runner(loop_factory=lambda: loop) as runner:
            runner.run(serve())

    thread = Thread(target=run)
    thread.start()
    try:
        yield address.result(timeout=10)
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()
