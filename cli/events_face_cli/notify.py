"""``notify serve``."""

import typer

from events_face_cli.context import USAGE_EXIT, CommandError, ConfigOption, settings_of
from events_face_runners.event_loop import run_async
from events_face_runners.observing.logs import configure_logs

app = typer.Typer(help="Notifications by mail.", no_args_is_help=True)


@app.callback()
def group() -> None:
    """Send notifications by mail."""


@app.command()
def serve(context: typer.Context, config: ConfigOption = None) -> None:
    """Hand the notifications that wait, and those that come, to the mail server."""
    settings = settings_of(context, config)
    if not settings.smtp_url:
        raise CommandError(
            "EVENTS_FACE_SMTP_URL: is not set, there is no mail server to hand mail to", USAGE_EXIT
        )
    if settings.notifier_url:
        raise CommandError(
            "EVENTS_FACE_NOTIFIER_URL: is set, so serve and worker deliver by it; leave it empty "
            "for mail",
            USAGE_EXIT,
        )
    configure_logs(settings.log_level)
    # The library of mail is an extra: the other commands do without it.
    from events_face_runners.notify import notify  # noqa: PLC0415

    run_async(notify(settings))
