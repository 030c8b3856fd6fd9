"""What every command shares: where its settings come from, and how it opens events-face."""

import logging
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, TypeVar

import msgspec
import typer

from events_face_runners.event_loop import run_async
from events_face_runners.wiring.app import EventsFace, open_events_face
from events_face_runners.wiring.loading import load_settings
from events_face_runners.wiring.settings import Settings

Result = TypeVar("Result")

ConfigOption = Annotated[
    Path | None,
    typer.Option("--config", metavar="PATH", help="A YAML file of settings; also after a command."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Answer in JSON, for scripts.")]

USAGE_EXIT = 2


class CommandError(Exception):
    """A command cannot do what it was asked; the message is one line.

    Attributes:
        exit_code: 1 when it failed, 2 when it was asked wrongly.
    """

    def __init__(self, message: str, exit_code: int = 1) -> None:
        super().__init__(message)
        self.exit_code = exit_code


def remember_config(context: typer.Context, config: Path | None) -> None:
    """Remember the file that was named before the command."""
    context.obj = config


def settings_of(context: typer.Context, config: Path | None) -> Settings:
    """Return the settings; the file named after the command goes before the one before it.

    Warnings go to standard error.

    Raises:
        SettingsError: one of them is bad.
    """
    loaded = load_settings(os.environ, config or context.find_root().obj)
    for warning in loaded.warnings:
        typer.echo(f"events-face: warning: {warning}", err=True)
    return loaded.settings


def with_events_face(
    settings: Settings, command: Callable[[EventsFace], Awaitable[Result]]
) -> Result:
    """Open events-face, run a command with it, and close it.

    Nothing is logged: what goes wrong ends the command with one line, or stands in its answer.
    """
    logging.getLogger().addHandler(logging.NullHandler())

    async def opened() -> Result:
        async with open_events_face(settings) as app:
            return await command(app)

    return run_async(opened())


def answer(text: str, value: object, *, as_json: bool) -> None:
    """Write the answer to standard output, for people or for scripts."""
    typer.echo(msgspec.json.encode(value).decode() if as_json else text)
