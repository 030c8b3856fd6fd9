"""``registrations export``."""

import csv
import sys
from collections.abc import Callable
from datetime import datetime
from enum import Enum
from typing import Annotated

import msgspec
import typer

from events_face_cli.context import ConfigOption, settings_of, with_events_face
from events_face_cli.parsing import moment
from events_face_cli.progress import progress_bar
from events_face_core.registration import Registration
from events_face_runners.wiring.app import EventsFace

app = typer.Typer(help="The registrations of every visitor.", no_args_is_help=True)

_COLUMNS = (
    "id",
    "event_id",
    "event_name",
    "event_time",
    "first_name",
    "last_name",
    "email",
    "seat",
    "status",
    "reason",
    "created_at",
    "decided_at",
    "ticket_id",
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


class Format(Enum):
    """How the export is written."""

    CSV = "csv"
    JSONL = "jsonl"


@app.callback()
def group() -> None:
    """Work with registrations."""


@app.command()
def export(
    context: typer.Context,
    format_: Annotated[Format, typer.Option("--format", help="csv or jsonl.")] = Format.CSV,
    since: Annotated[
        datetime | None,
        typer.Option(parser=moment, metavar="TIME", help="Created then or later; UTC if bare."),
    ] = None,
    config: ConfigOption = None,
) -> None:
    """Write every registration to standard output, the oldest first."""
    write = _csv_writer() if format_ is Format.CSV else _write_json

    async def run(app: EventsFace) -> None:
        with progress_bar("registrations") as progress:
            task = progress.add_task("export", total=None)
            async for registration in app.registrations.export(since=since):
                write(_row(registration))
                progress.advance(task)

    with_events_face(settings_of(context, config), run)
    sys.stdout.flush()


def _row(registration: Registration) -> dict[str, str | None]:
    return {
        "id": registration.id,
        "event_id": registration.event.id,
        "event_name": registration.event.name,
        "event_time": _written(registration.event.event_time),
        "first_name": registration.visitor.first_name,
        "last_name": registration.visitor.last_name,
        "email": registration.visitor.email,
        "seat": registration.seat,
        "status": registration.status,
        "reason": None if registration.reason is None else registration.reason.value,
        "created_at": _written(registration.created_at),
        "decided_at": _written(registration.decided_at),
        "ticket_id": registration.ticket_id,
    }


def _written(instant: datetime | None) -> str | None:
    return None if instant is None else instant.isoformat().replace("+00:00", "Z")


def _write_json(row: dict[str, str | None]) -> None:
    sys.stdout.write(msgspec.json.encode(row).decode() + "\n")


def _csv_writer() -> Callable[[dict[str, str | None]], None]:
    # Quoted, for a carriage return that somebody typed would begin a row of its own.
    writer = csv.DictWriter(sys.stdout, _COLUMNS, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writeheader()

    def write(row: dict[str, str | None]) -> None:
        writer.writerow({name: _inert(value) for name, value in row.items()})

    return write


def _inert(value: str | None) -> str | None:
    """Keep a spreadsheet from running what a visitor typed (OWASP, "CSV Injection")."""
    return f"'{value}" if value is not None and value.startswith(_FORMULA) else value
