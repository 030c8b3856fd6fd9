"""``outbox list``, ``outbox show`` and ``outbox retry``."""

from collections.abc import Sequence
from typing import Annotated, Any

import msgspec
import typer

from events_face_cli.context import (
    USAGE_EXIT,
    CommandError,
    ConfigOption,
    JsonOption,
    answer,
    settings_of,
    with_events_face,
)
from events_face_core.kernel import OutboxRow, OutboxState
from events_face_core.registration import RegistrationNotFoundError
from events_face_runners.wiring.app import EventsFace

app = typer.Typer(help="The work that waits, and the dead letters.", no_args_is_help=True)

_LARGEST = 10_000


@app.command("list")
def list_rows(
    context: typer.Context,
    state: Annotated[
        OutboxState | None, typer.Option(help="Only this; by default dead and pending.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=_LARGEST, help="At most so many.")] = 100,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """List dead letters, then waiting work, the oldest first."""
    states = [state] if state is not None else [OutboxState.DEAD, OutboxState.PENDING]

    async def run(app: EventsFace) -> list[OutboxRow]:
        found: list[OutboxRow] = []
        for wanted in states:
            found += await app.outbox_reads.rows(wanted, limit=limit)
        return found[:limit]

    rows = with_events_face(settings_of(context, config), run)
    text = "\n".join(map(_line, rows)) or "nothing waits, and there are no dead letters"
    answer(text, [_shown(row) for row in rows], as_json=as_json)


@app.command()
def show(
    context: typer.Context,
    row_id: Annotated[str, typer.Argument(metavar="ID")],
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Show one row with everything that is known of it."""

    async def run(app: EventsFace) -> dict[str, Any]:
        row = await app.outbox_reads.row(row_id)
        if row is None:
            raise CommandError(f"there is no outbox row {row_id}")
        return {**_shown(row), **await _visitor(app, row)}

    shown = with_events_face(settings_of(context, config), run)
    answer("\n".join(f"{key}: {value}" for key, value in shown.items()), shown, as_json=as_json)


@app.command()
def retry(
    context: typer.Context,
    row_ids: Annotated[list[str] | None, typer.Argument(metavar="[ID]...")] = None,
    every: Annotated[bool, typer.Option("--all", help="Every dead letter.")] = False,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Make dead letters due again at once."""
    if bool(row_ids) is every:
        raise CommandError("name the dead letters to retry, or say --all", USAGE_EXIT)

    async def run(app: EventsFace) -> list[str]:
        return await (_retry_all(app) if every else _retry_each(app, row_ids or []))

    retried = with_events_face(settings_of(context, config), run)
    missing = [row_id for row_id in row_ids or [] if row_id not in retried]
    answer(f"{len(retried)} made due", {"retried": retried, "missing": missing}, as_json=as_json)
    if missing:
        raise CommandError(f"no dead letter has the id {', '.join(missing)}")


async def _retry_all(app: EventsFace) -> list[str]:
    """Retry every dead letter of now, once; one that is dead again meanwhile stays so."""
    retried: dict[str, None] = {}
    while True:
        dead = await app.outbox_reads.rows(OutboxState.DEAD, limit=_LARGEST)
        fresh = [row.id for row in dead if row.id not in retried]
        if not fresh:
            return list(retried)
        retried |= dict.fromkeys(await _retry_each(app, fresh))


async def _retry_each(app: EventsFace, row_ids: Sequence[str]) -> list[str]:
    return [row_id for row_id in row_ids if await app.outbox.retry(row_id)]


async def _visitor(app: EventsFace, row: OutboxRow) -> dict[str, str]:
    """Return whom a row about a registration concerns, for who has to ask the aggregator."""
    try:
        registration = await app.registrations.registration(
            msgspec.json.decode(row.payload).get("registration_id", "")
        )
    except RegistrationNotFoundError:
        return {}
    return {
        "event_id": registration.event.id,
        "event_name": registration.event.name,
        "email": registration.visitor.email,
        "status": registration.status,
    }


def _line(row: OutboxRow) -> str:
    line = f"{row.id}  {row.state.value:9}  {row.name:32}  {row.attempts:4}  {row.due_at:%FT%TZ}"
    return f"{line}  {row.error}" if row.error else line


def _shown(row: OutboxRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "message": row.name,
        "version": row.version,
        "state": row.state.value,
        "attempts": row.attempts,
        "created_at": row.created_at.isoformat(),
        "due_at": row.due_at.isoformat(),
        "payload": msgspec.json.decode(row.payload),
        "error": row.error,
    }
