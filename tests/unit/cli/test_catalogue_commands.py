"""``sync``, ``reconcile``, ``purge`` and ``migrate``."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from socket import socket

import pytest

from events_face_core.catalogue import Event
from events_face_runners.simulator import Faults, Simulator
from events_face_runners.wiring.app import EventsFace
from unit.cli.running import DAY, Run, a_registration, an_event, fails, with_app


def _put(database: Path, *events: Event) -> None:
    async def put(app: EventsFace) -> None:
        async with app.storage() as tx:
            await tx.events.upsert(events)
            await tx.registrations.add(a_registration())

    with_app(database, put)


def _count(database: Path, table: str) -> int:
    with closing(sqlite3.connect(database)) as connection:
        ((count,),) = connection.execute(f"SELECT count(*) FROM {table}")  # noqa: S608  # a test's
    return int(count)


@pytest.fixture
def configured(monkeypatch: pytest.MonkeyPatch, aggregator: Simulator, run: Run) -> Run:
    """The command line with an aggregator to sync from."""
    monkeypatch.setenv("EVENTS_FACE_PROVIDER_URL", aggregator.url)
    monkeypatch.setenv("EVENTS_FACE_PROVIDER_TOKEN", "token")
    return run


@pytest.fixture
def dead_url() -> Iterator[str]:
    """The address of a service that is not there; the port stays taken meanwhile."""
    with socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{bound.getsockname()[1]}"


def test_a_sync_tells_how_much_it_read(configured: Run, database: Path) -> None:
    ended = configured("sync")

    kept = _count(database, "event")  # without those that ended long ago
    assert (ended.code, ended.err) == (0, "")
    assert ended.out == f"25 events read on 3 pages, {kept} applied\n"


def test_a_sync_answers_in_json(configured: Run, database: Path) -> None:
    report = configured("sync", "--json").json()

    kept = _count(database, "event")
    assert kept > 10
    assert report == {"pages": 3, "read": 25, "applied": kept, "unreadable": 0}


def test_a_second_sync_finds_nothing_new(configured: Run) -> None:
    configured("sync")

    assert configured("sync", "--json").json()["applied"] == 0


def test_a_full_sync_reads_everything_again(configured: Run) -> None:
    configured("sync")

    report = configured("sync", "--full", "--json").json()

    assert (report["read"], report["applied"]) == (25, 0)


def test_a_reconciliation_tells_what_it_found_and_repaired(configured: Run, database: Path) -> None:
    ended = configured("reconcile")

    missing = _count(database, "event")
    assert (ended.code, ended.err) == (0, "")
    assert ended.out == (
        f"25 events compared on 3 pages: {missing} missing, 0 stale, 0 different;"
        f" {missing} repaired\n"
    )


def test_a_reconciliation_without_drift_says_so_in_json(configured: Run) -> None:
    configured("sync")

    assert configured("reconcile", "--json").json() == {
        "pages": 3,
        "read": 25,
        "unreadable": 0,
        "missing": 0,
        "stale": 0,
        "different": 0,
        "repaired": 0,
        "dry_run": False,
    }


def test_a_dry_reconciliation_only_counts(configured: Run, database: Path) -> None:
    report = configured("reconcile", "--dry-run", "--json").json()

    assert report["missing"] > 10
    assert (report["repaired"], report["dry_run"]) == (0, True)
    assert _count(database, "event") == 0


def test_without_an_aggregator_there_is_nothing_to_compare_with(run: Run) -> None:
    assert fails(run("reconcile"), 2).startswith("EVENTS_FACE_PROVIDER_URL: ")


def test_a_sync_since_a_day_in_the_future_reads_nothing(configured: Run) -> None:
    assert configured("sync", "--since", "2999-01-01", "--json").json()["read"] == 0


def test_a_sync_is_either_full_or_since_a_day(configured: Run) -> None:
    line = fails(configured("sync", "--full", "--since", "2026-01-01"), 2)

    assert line == "--full and --since exclude each other"


def test_a_sync_without_an_aggregator_is_bad_configuration(run: Run, database: Path) -> None:
    line = fails(run("sync"), 2)

    assert line.startswith("EVENTS_FACE_PROVIDER_URL: ")
    assert not database.exists()


def test_a_sync_from_an_aggregator_that_is_not_there_fails(
    run: Run, monkeypatch: pytest.MonkeyPatch, dead_url: str
) -> None:
    monkeypatch.setenv("EVENTS_FACE_PROVIDER_URL", dead_url)

    assert fails(run("sync"), 1).startswith("provider")


def test_a_sync_with_a_wrong_token_fails(configured: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVENTS_FACE_PROVIDER_TOKEN", "wrong-token")

    assert "wrong-token" not in fails(configured("sync"), 1)


def test_a_sync_from_an_aggregator_that_fails_fails(configured: Run, aggregator: Simulator) -> None:
    aggregator.faults = Faults(fail_rate=1, statuses=(500,))

    fails(configured("sync", "--json"), 1)


def test_a_purge_removes_what_ended_long_ago_and_keeps_registrations(
    run: Run, database: Path
) -> None:
    _put(database, an_event("old", age=8 * DAY), an_event("new", age=6 * DAY), an_event("coming"))

    ended = run("purge")

    assert (ended.code, ended.out, ended.err) == (0, "1 events purged\n", "")
    assert (_count(database, "event"), _count(database, "registration")) == (2, 1)


def test_a_purge_that_only_counts_removes_nothing(run: Run, database: Path) -> None:
    _put(database, an_event("old", age=8 * DAY))

    ended = run("purge", "--dry-run")

    assert (ended.code, ended.out) == (0, "1 events would be purged\n")
    assert _count(database, "event") == 1


@pytest.mark.parametrize(
    ("older_than", "purged"), [("5d", 2), ("7d", 1), ("9d", 0), ("0s", 2), ("1w", 1), ("90y", None)]
)
def test_a_purge_goes_as_far_back_as_it_is_told(
    run: Run, database: Path, older_than: str, purged: int | None
) -> None:
    _put(database, an_event("old", age=8 * DAY), an_event("new", age=6 * DAY), an_event("coming"))

    ended = run("purge", "--older-than", older_than, "--dry-run", "--json")

    assert purged is None or ended.json() == {"purged": purged, "dry_run": True}
    assert ended.code == (2 if purged is None else 0)


def test_a_purge_takes_its_age_from_the_settings(
    run: Run, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EVENTS_FACE_PURGE_AFTER", "9d")
    _put(database, an_event("old", age=8 * DAY))

    assert run("purge", "--json").json() == {"purged": 0, "dry_run": False}
    assert run("purge", "--older-than", "7d", "--json").json() == {"purged": 1, "dry_run": False}


def test_a_purge_may_go_back_a_century(run: Run, database: Path) -> None:
    _put(database, an_event("old", age=timedelta(days=36_600)))

    assert run("purge", "--older-than", "36525d", "--json").json()["purged"] == 1


def test_a_first_migration_names_the_steps_it_applied(run: Run) -> None:
    ended = run("migrate")

    assert ended.code == 0
    assert ended.out.startswith("applied: 0001_catalogue, ")


def test_a_second_migration_has_nothing_to_do(run: Run) -> None:
    run("migrate")

    assert run("migrate").out == "the schema is up to date\n"
    assert run("migrate", "--json").json() == {"applied": []}


def test_a_migration_answers_in_json(run: Run) -> None:
    assert run("migrate", "--json").json()["applied"][0] == "0001_catalogue"
