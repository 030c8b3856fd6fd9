"""``audit serve``, ``audit list`` and ``audit check``."""

import os
from collections.abc import Awaitable, Callable
from datetime import datetime
from importlib.util import find_spec
from typing import Annotated, Any, Protocol, TypeVar

import msgspec
import typer

from events_face_cli.context import (
    USAGE_EXIT,
    CommandError,
    ConfigOption,
    JsonOption,
    answer,
    settings_of,
)
from events_face_cli.parsing import moment
from events_face_core.auditing import AuditQuery, AuditReads, AuditRecord
from events_face_core.kernel import DEFAULT_PAGE, LARGEST_PAGE
from events_face_runners.event_loop import run_async
from events_face_runners.observing.logs import configure_logs
from events_face_runners.wiring.outside import open_grpc_audit_log
from events_face_runners.wiring.settings import Settings

app = typer.Typer(help="The audit service: who changed what, and when.", no_args_is_help=True)

Result = TypeVar("Result")


class _Service(AuditReads, Protocol):
    """What the commands ask of the audit service."""

    async def is_serving(self) -> bool: ...


@app.command()
def serve(
    context: typer.Context,
    host: Annotated[str, typer.Option(help="Where to listen.")] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="The port; 0 takes a free one.")
    ] = 50051,
    config: ConfigOption = None,
) -> None:
    """Keep audit records in EVENTS_FACE_AUDIT_DATABASE_URL, and serve them over gRPC."""
    settings = settings_of(context, config)
    _check_installed()
    configure_logs(settings.log_level)
    # What is wrong is told by us, in one line; read when gRPC is first imported.
    os.environ.setdefault("GRPC_VERBOSITY", "NONE")
    # An extra: the other commands do without it.
    from events_face_runners.audit import ListenAddress, serve_audit  # noqa: PLC0415

    run_async(serve_audit(settings, ListenAddress(host, port)))


@app.command("list")
def list_records(
    context: typer.Context,
    actor: Annotated[str | None, typer.Option(help="Who acted: the id of an account.")] = None,
    action: Annotated[str | None, typer.Option(help="Such as booking.confirmed.")] = None,
    entity: Annotated[str | None, typer.Option(help="What was changed, such as booking.")] = None,
    entity_id: Annotated[str | None, typer.Option(help="The id of what was changed.")] = None,
    request: Annotated[str | None, typer.Option(help="The id of the request.")] = None,
    since: Annotated[
        datetime | None,
        typer.Option(parser=moment, metavar="TIME", help="Then or later; UTC if bare."),
    ] = None,
    before: Annotated[
        datetime | None,
        typer.Option(parser=moment, metavar="TIME", help="Earlier than then; UTC if bare."),
    ] = None,
    limit: Annotated[
        int, typer.Option(min=1, max=LARGEST_PAGE, help="At most so many.")
    ] = DEFAULT_PAGE,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """List audit records, the newest first."""
    query = AuditQuery(
        actor_id=actor,
        action=action,
        entity=entity,
        entity_id=entity_id,
        request_id=request,
        since=since,
        before=before,
        limit=limit,
    )
    page = _ask(settings_of(context, config), lambda service: service.page(query))
    text = "\n".join(map(_line, page.records)) or "no such records"
    answer(text, [_shown(record) for record in page.records], as_json=as_json)


@app.command()
def check(context: typer.Context, as_json: JsonOption = False, config: ConfigOption = None) -> None:
    """Ask the audit service whether it and its database are well."""
    if not _ask(settings_of(context, config), lambda service: service.is_serving()):
        raise CommandError("the audit service says that it does not serve")
    answer("serving", {"status": "serving"}, as_json=as_json)


def _ask(settings: Settings, question: Callable[[_Service], Awaitable[Result]]) -> Result:
    """Ask the audit service something."""
    if not settings.audit_address:
        raise CommandError("EVENTS_FACE_AUDIT_ADDRESS: is not set, nobody to ask", USAGE_EXIT)

    async def asked() -> Result:
        async with open_grpc_audit_log(settings) as service:
            return await question(service)

    return run_async(asked())


def _check_installed() -> None:
    if find_spec("grpc") is None:
        raise CommandError("the audit service needs gRPC: pip install 'events-face[grpc]'")


def _line(record: AuditRecord) -> str:
    what = f"{record.action}  {record.entity} {record.entity_id}"
    # As JSON: whatever was typed there neither begins a line nor moves the cursor.
    details = msgspec.json.encode(dict(record.details)).decode()
    who = record.actor_id or "guest"
    return f"{record.occurred_at:%FT%TZ}  {who:36}  {what}  {details}"


def _shown(record: AuditRecord) -> dict[str, Any]:
    return {
        "event_id": record.event_id,
        "actor_id": record.actor_id,
        "action": record.action,
        "entity": record.entity,
        "entity_id": record.entity_id,
        "request_id": record.request_id,
        "occurred_at": record.occurred_at.isoformat(),
        "details": dict(record.details),
    }
