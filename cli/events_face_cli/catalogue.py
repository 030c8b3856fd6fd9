"""``sync``, ``reconcile``, ``purge`` and ``migrate``."""

from datetime import date, timedelta
from pathlib import Path
from typing import Annotated

import attrs
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
from events_face_cli.parsing import day, duration
from events_face_cli.progress import progress_bar
from events_face_core.catalogue import (
    PurgeCatalogue,
    ReconcileCatalogue,
    ReconciliationReport,
    SyncCatalogue,
    SyncReport,
)
from events_face_runners.wiring.app import EventsFace
from events_face_runners.wiring.settings import Settings


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(sync)
    app.command()(reconcile)
    app.command()(purge)
    app.command()(migrate)


def sync(
    context: typer.Context,
    full: Annotated[bool, typer.Option("--full", help="Read every event.")] = False,
    since: Annotated[
        date | None,
        typer.Option(
            parser=day, metavar="YYYY-MM-DD", help="Read what changed on this day or later."
        ),
    ] = None,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Bring the catalogue up to what the aggregator says."""
    if full and since is not None:
        raise CommandError("--full and --since exclude each other", USAGE_EXIT)
    settings = _settings_with_source(context, config)

    async def run(app: EventsFace) -> SyncReport:
        with progress_bar("events") as progress:
            task = progress.add_task("sync", total=None)
            return await app.sync(
                SyncCatalogue(since=since, full=full),
                lambda so_far: progress.update(task, completed=so_far.read),
            )

    report = with_events_face(settings, run)
    text = f"{report.read} events read on {report.pages} pages, {report.applied} applied"
    if report.unreadable:
        text += f", {report.unreadable} could not be read"
    answer(text, attrs.asdict(report), as_json=as_json)


def reconcile(
    context: typer.Context,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count.")] = False,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Compare every event with what the aggregator says, and repair what differs."""
    settings = _settings_with_source(context, config)

    async def run(app: EventsFace) -> ReconciliationReport:
        with progress_bar("events") as progress:
            task = progress.add_task("reconcile", total=None)
            return await app.reconcile(
                ReconcileCatalogue(dry_run=dry_run),
                lambda so_far: progress.update(task, completed=so_far.read),
            )

    report = with_events_face(settings, run)
    text = (
        f"{report.read} events compared on {report.pages} pages: {report.missing} missing, "
        f"{report.stale} stale, {report.different} different; {report.repaired} repaired"
    )
    if report.unreadable:
        text += f", {report.unreadable} could not be read"
    answer(text, {**attrs.asdict(report), "dry_run": dry_run}, as_json=as_json)


def purge(
    context: typer.Context,
    older_than: Annotated[
        timedelta | None,
        typer.Option(
            parser=duration,
            metavar="7d",
            help="Purge what ended longer ago than this; by default EVENTS_FACE_PURGE_AFTER.",
        ),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count.")] = False,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Remove events that ended long ago; registrations are kept."""
    settings = settings_of(context, config)
    keep = settings.purge_after if older_than is None else older_than
    purged = with_events_face(
        settings, lambda app: app.purge(PurgeCatalogue(keep=keep, dry_run=dry_run))
    )
    verb = "would be purged" if dry_run else "purged"
    answer(f"{purged} events {verb}", {"purged": purged, "dry_run": dry_run}, as_json=as_json)


def migrate(
    context: typer.Context, as_json: JsonOption = False, config: ConfigOption = None
) -> None:
    """Bring the database's schema up to date; every command does so when it opens it."""

    async def run(app: EventsFace) -> tuple[str, ...]:
        return app.storage.migrated

    applied = with_events_face(settings_of(context, config), run)
    text = f"applied: {', '.join(applied)}" if applied else "the schema is up to date"
    answer(text, {"applied": applied}, as_json=as_json)


def _settings_with_source(context: typer.Context, config: Path | None) -> Settings:
    settings = settings_of(context, config)
    if not settings.provider_url:
        raise CommandError(
            "EVENTS_FACE_PROVIDER_URL: is not set, there is nobody to ask", USAGE_EXIT
        )
    return settings
