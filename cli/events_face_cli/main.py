"""The entry point: one clear line and an exit code for everything that can go wrong."""

import os
import sys
from importlib.metadata import version
from typing import Annotated

import typer
from typer.exceptions import TyperException

from events_face_adapters.storage.messages import UnmappedMessageError
from events_face_cli import (
    audit,
    catalogue,
    documents,
    notify,
    outbox,
    registrations,
    running,
    users,
)
from events_face_cli.context import CommandError, ConfigOption, remember_config
from events_face_core.kernel import EventsFaceError, InvalidInputError
from events_face_runners.wiring.loading import SettingsError

FAILED = 1
USAGE = 2
INTERRUPTED = 130

app = typer.Typer(
    name="events-face",
    help="The front of house for events: mirrors them, lists them, registers visitors.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
)
for group in (running, catalogue, documents):
    group.add_to(app)
app.add_typer(registrations.app, name="registrations")
app.add_typer(outbox.app, name="outbox")
app.add_typer(audit.app, name="audit")
app.add_typer(notify.app, name="notify")
app.add_typer(users.app, name="users")
app.add_typer(documents.config_app, name="config")


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(version("events-face"))
        raise typer.Exit


@app.callback()
def root(
    context: typer.Context,
    config: ConfigOption = None,
    _version: Annotated[
        bool,
        typer.Option("--version", help="Show the version.", callback=_show_version, is_eager=True),
    ] = False,
) -> None:
    """Take what is said before the command."""
    remember_config(context, config)


def main() -> None:
    """Run the command line. Exit codes: 0 done, 1 failed, 2 usage or bad configuration."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command, and return its exit code."""
    try:
        return int(app(arguments, prog_name="events-face", standalone_mode=False) or 0)
    except (TyperException, CommandError) as error:
        return _failed(error, error.exit_code)
    except (SettingsError, InvalidInputError) as error:
        return _failed(error, USAGE)
    except BrokenPipeError:
        # Whoever read our output has enough of it; keep Python from complaining at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except (EventsFaceError, UnmappedMessageError, OSError) as error:
        return _failed(error, FAILED)
    except (KeyboardInterrupt, typer.Abort):
        return INTERRUPTED


def _failed(error: Exception, code: int) -> int:
    message = error.format_message() if isinstance(error, TyperException) else str(error)
    if message.startswith("Usage: "):  # how typer answers to a group without a command
        typer.echo(message)
        message = "a command is missing"
    typer.echo(f"events-face: {' '.join(message.split())}", err=True)
    return code
