"""The server: one aiohttp application with both services and the control routes."""

import asyncio
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

from aiohttp import web

from events_face_runners.simulator.control_api import ControlApi
from events_face_runners.simulator.fault_layer import FaultLayer
from events_face_runners.simulator.life import live
from events_face_runners.simulator.notifier_api import NotifierApi
from events_face_runners.simulator.options import SimulatorOptions
from events_face_runners.simulator.provider_api import ProviderApi
from events_face_runners.simulator.state import Simulator

SIMULATOR = web.AppKey("SIMULATOR", Simulator)

# aiohttp waits this long for calls under way, and as long again after cancelling them.
STOP_SECONDS = 0.4


def create_simulator_app(options: SimulatorOptions) -> web.Application:
    """The application; `app[SIMULATOR]` is its `Simulator`."""
    simulator = Simulator(options)
    layer = FaultLayer(simulator)
    app = web.Application()
    app[SIMULATOR] = simulator
    app.add_routes(ProviderApi(simulator, layer).routes())
    app.add_routes(NotifierApi(simulator, layer).routes())
    app.add_routes(ControlApi(simulator).routes())
    app.on_shutdown.append(layer.stop)
    app.cleanup_ctx.append(_living)
    if options.kafka_bootstrap_servers:
        app.cleanup_ctx.append(_telling)
    return app


@asynccontextmanager
async def running_simulator(options: SimulatorOptions) -> AsyncIterator[Simulator]:
    """A simulator that serves on a socket while the block runs; its `url` has no slash at end."""
    app = create_simulator_app(options)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=STOP_SECONDS)
    await runner.setup()
    try:
        await web.TCPSite(runner, options.host, options.port).start()
        port = runner.addresses[0][1]
        app[SIMULATOR].url = f"http://{options.host}:{port}"
        yield app[SIMULATOR]
    finally:
        await runner.cleanup()


async def serve_simulator(
    options: SimulatorOptions, *, on_ready: Callable[[Simulator], None] | None = None
) -> None:
    """Serve until SIGTERM or SIGINT; `on_ready` is called once the socket listens."""
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    signals = (signal.SIGTERM, signal.SIGINT)
    # Windows has no signal handlers in its loop; there Ctrl-C cancels this coroutine instead.
    with suppress(NotImplementedError):
        for number in signals:
            loop.add_signal_handler(number, stop.set)
    try:
        async with running_simulator(options) as simulator:
            if on_ready is not None:
                on_ready(simulator)
            await stop.wait()
    finally:
        with suppress(NotImplementedError):
            for number in signals:
                loop.remove_signal_handler(number)


def run_simulator(
    options: SimulatorOptions, *, on_ready: Callable[[Simulator], None] | None = None
) -> None:
    """Serve in a loop of its own until SIGTERM or SIGINT."""
    asyncio.run(serve_simulator(options, on_ready=on_ready))


async def _living(app: web.Application) -> AsyncIterator[None]:
    simulator = app[SIMULATOR]
    options = simulator.options
    if options.change_interval <= 0:
        yield
        return
    life = asyncio.create_task(
        live(simulator.world, seed=options.seed, interval=options.change_interval)
    )
    yield
    life.cancel()
    with suppress(asyncio.CancelledError):
        await life


async def _telling(app: web.Application) -> AsyncIterator[None]:
    # Its driver is an extra.
    from events_face_runners.simulator.topic import telling_kafka  # noqa: PLC0415

    simulator = app[SIMULATOR]
    servers, topic = simulator.options.kafka_bootstrap_servers, simulator.options.kafka_topic
    async with telling_kafka(simulator.world, servers, topic):
        yield
