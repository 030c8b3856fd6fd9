"""``config show`` and ``openapi``."""

import msgspec
import typer

from events_face_cli.context import ConfigOption, JsonOption, answer, settings_of
from events_face_runners.web.openapi import openapi_document
from events_face_runners.web.surface import ROUTES
from events_face_runners.wiring.loading import PREFIX, shown

config_app = typer.Typer(help="The settings.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(openapi)


def openapi() -> None:
    """Write the OpenAPI 3.1 document of the HTTP surface to standard output."""
    document = msgspec.json.encode(openapi_document(ROUTES))
    typer.echo(msgspec.json.format(document, indent=2).decode())


@config_app.callback()
def group() -> None:
    """Look at the settings."""


@config_app.command()
def show(context: typer.Context, as_json: JsonOption = False, config: ConfigOption = None) -> None:
    """Show every setting as it is in force, secrets masked."""
    values = shown(settings_of(context, config))
    text = "\n".join(f"{PREFIX}{name.upper()}={_plain(value)}" for name, value in values.items())
    answer(text, values, as_json=as_json)


def _plain(value: str | int | bool) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
