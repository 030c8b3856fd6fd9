"""``serve``, ``worker``, ``consume``, ``simulate`` and ``demo``."""

from typing import Annotated

import msgspec
import typer

from events_face_cli.context import (
    USAGE_EXIT,
    CommandError,
    ConfigOption,
    settings_of,
)
from events_face_cli.simulating import simulate
from events_face_runners.demo import run_demo
from events_face_runners.event_loop import run_async
from events_face_runners.observing.logs import configure_logs
from events_face_runners.web.server import serve as serve_web
from events_face_runners.web.workers import serve_workers
from events_face_runners.worker import work

_NO_KEY = (
    "EVENTS_FACE_AUTH_SIGNING_KEY: is not set, and access tokens are signed with it; make one with"
    " `openssl genpkey -algorithm ed25519 -out key.pem`, then set it to the path of key.pem"
)


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    for command in (demo, serve, worker, consume, simulate):
        app.command()(command)


def serve(
    context: typer.Context,
    host: Annotated[str | None, typer.Option(help="Instead of EVENTS_FACE_HTTP_HOST.")] = None,
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="Instead of EVENTS_FACE_HTTP_PORT.")
    ] = None,
    workers: Annotated[
        int | None, typer.Option(min=1, max=1000, help="Instead of EVENTS_FACE_HTTP_WORKERS.")
    ] = None,
    background: Annotated[
        bool | None,
        typer.Option(
            "--background/--no-background", help="Sync, deliver, watch deadlines and purge as well."
        ),
    ] = None,
    config: ConfigOption = None,
) -> None:
    """Serve the HTTP surface; without Redis, the background work as well."""
    settings = settings_of(context, config)
    if host is not None:
        settings = msgspec.structs.replace(settings, http_host=host)
    if port is not None:
        settings = msgspec.structs.replace(settings, http_port=port)
    if workers is not None:
        settings = msgspec.structs.replace(settings, http_workers=workers)
    configure_logs(settings.log_level)
    if not settings.auth_signing_key:
        raise CommandError(_NO_KEY, USAGE_EXIT)
    in_process = not settings.redis_url if background is None else background
    if settings.http_workers > 1:
        run_async(serve_workers(settings, background=in_process))
    else:
        run_async(serve_web(settings, background=in_process))


def worker(context: typer.Context, config: ConfigOption = None) -> None:
    """Do the background work, beside ``serve``; several workers share it."""
    settings = settings_of(context, config)
    configure_logs(settings.log_level)
    run_async(work(settings))


def consume(context: typer.Context, config: ConfigOption = None) -> None:
    """Apply the changes that the aggregator tells on its Kafka topic."""
    settings = settings_of(context, config)
    if not settings.kafka_bootstrap_servers:
        raise CommandError(
            "EVENTS_FACE_KAFKA_BOOTSTRAP_SERVERS: is not set, nothing to consume from", USAGE_EXIT
        )
    configure_logs(settings.log_level)
    # The driver is an extra: the other commands do without it.
    from events_face_runners.consumer import consume as consume_topic  # noqa: PLC0415

    run_async(consume_topic(settings))


def demo(
    port: Annotated[int, typer.Option(min=0, max=65535, help="The service's port.")] = 8080,
    once: Annotated[bool, typer.Option("--once", help="Stop after the tour.")] = False,
) -> None:
    """Start a simulated aggregator and the service, and show them at work; Ctrl-C ends it."""
    raise typer.Exit(run_async(run_demo(port=port, once=once)))
