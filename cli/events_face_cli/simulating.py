"""``simulate``: the aggregator and the notification service, with faults."""

from datetime import timedelta
from enum import Enum
from importlib.util import find_spec
from typing import Annotated, Any

import typer

from events_face_cli.context import USAGE_EXIT, CommandError
from events_face_cli.parsing import duration
from events_face_runners.event_loop import run_async
from events_face_runners.simulator import Faults, Simulator, SimulatorOptions, serve_simulator


class Dialect(Enum):
    """The generations of the aggregator's API."""

    V0 = "v0"
    V1 = "v1"
    V2 = "v2"


class NotifierDialect(Enum):
    """The generations of the notification service's API."""

    V1 = "v1"
    V2 = "v2"


class Target(Enum):
    """What the faults befall."""

    LIST = "list"
    REGISTER = "register"
    UNREGISTER = "unregister"
    SEATS = "seats"
    NOTIFY = "notify"


def _rate(what: str) -> Any:  # noqa: ANN401  # typer's own
    return typer.Option(min=0.0, max=1.0, help=f"{what}, from 0 to 1.")


def simulate(
    host: Annotated[str, typer.Option(help="Where to listen.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one.")] = 9090,
    dialect: Annotated[Dialect, typer.Option(help="Of the aggregator.")] = Dialect.V2,
    notifier_dialect: Annotated[
        NotifierDialect, typer.Option(help="Of the notification service.")
    ] = NotifierDialect.V2,
    token: Annotated[str, typer.Option(help="The aggregator's; empty checks none.")] = "",
    notifier_token: Annotated[
        str, typer.Option(help="The notification service's; empty checks none.")
    ] = "",
    events: Annotated[int, typer.Option(min=0, help="How many events there are at first.")] = 300,
    page_size: Annotated[int, typer.Option(min=1, help="Events on a page.")] = 10,
    seed: Annotated[int, typer.Option(help="The same seed makes the same events.")] = 1,
    change_interval: Annotated[
        timedelta,
        typer.Option(parser=duration, metavar="5s", help="Something changes so often; 0s: never."),
    ] = timedelta(seconds=5),
    equal_timestamps: Annotated[
        bool, typer.Option("--equal-timestamps", help="Events share changed_at across pages.")
    ] = False,
    wrong_next_host: Annotated[
        bool, typer.Option("--wrong-next-host", help="next has a wrong scheme and host.")
    ] = False,
    idempotent: Annotated[
        bool, typer.Option("--idempotent", help="Honour Idempotency-Key when registering.")
    ] = False,
    kafka_bootstrap_servers: Annotated[
        str, typer.Option(help="Tell of changes on Kafka as well: host:port.")
    ] = "",
    kafka_topic: Annotated[str, typer.Option(help="On this topic.")] = "events-provider.events",
    target: Annotated[
        list[Target] | None, typer.Option(help="Calls that faults befall; by default all.")
    ] = None,
    fail_rate: Annotated[float, _rate("Share of calls that fail without acting")] = 0.0,
    status: Annotated[
        list[int] | None, typer.Option(min=400, max=599, help="Answered by failing calls.")
    ] = None,
    fail_first: Annotated[int, typer.Option(min=0, help="The first so many calls fail.")] = 0,
    retry_after: Annotated[
        int | None, typer.Option(min=0, help="Seconds in Retry-After of failing calls.")
    ] = None,
    html_errors: Annotated[
        bool, typer.Option("--html-errors", help="Failing calls answer HTML.")
    ] = False,
    latency: Annotated[
        timedelta, typer.Option(parser=duration, metavar="200ms", help="Before any answer.")
    ] = timedelta(0),
    hang_rate: Annotated[float, _rate("Share of calls that are never answered")] = 0.0,
    lost_reply_rate: Annotated[float, _rate("Share of calls that act and lose the reply")] = 0.0,
    garbage_rate: Annotated[float, _rate("Share of calls that act and answer garbage")] = 0.0,
    duplicate_rate: Annotated[float, _rate("Share of events listed twice")] = 0.0,
) -> None:
    """Play the aggregator and the notification service, as faulty as you like."""
    if kafka_bootstrap_servers and find_spec("aiokafka") is None:
        raise CommandError("Kafka needs its driver: pip install 'events-face[kafka]'", USAGE_EXIT)
    defaults = Faults()
    faults = Faults(
        fail_rate=fail_rate,
        statuses=tuple(status) if status else defaults.statuses,
        retry_after=retry_after,
        latency=latency.total_seconds(),
        hang_rate=hang_rate,
        lost_reply_rate=lost_reply_rate,
        html_errors=html_errors,
        garbage_rate=garbage_rate,
        duplicate_rate=duplicate_rate,
        fail_first=fail_first,
        target=frozenset(kind.value for kind in target) if target else defaults.target,
    )
    options = SimulatorOptions(
        host=host,
        port=port,
        token=token,
        notifier_token=notifier_token,
        dialect=dialect.value,
        notifier_dialect=notifier_dialect.value,
        events=events,
        page_size=page_size,
        seed=seed,
        change_interval=change_interval.total_seconds(),
        equal_timestamps=equal_timestamps,
        wrong_next_host=wrong_next_host,
        idempotent=idempotent,
        kafka_bootstrap_servers=kafka_bootstrap_servers,
        kafka_topic=kafka_topic,
        faults=faults,
    )
    run_async(serve_simulator(options, on_ready=_announce))


def _announce(simulator: Simulator) -> None:
    typer.echo(f"simulating the aggregator and the notification service on {simulator.url}")
    typer.echo(f"what they received: {simulator.url}/_control/state")
    typer.echo(f"change the faults:  PUT {simulator.url}/_control/faults")
