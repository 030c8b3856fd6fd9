"""What every command has in common: how it is asked wrongly, helped, configured."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from importlib.metadata import version
from pathlib import Path

import pytest

from support.keys import SIGNING_KEY
from unit.cli.running import Run, fails

COMMANDS = [
    ("demo",),
    ("serve",),
    ("worker",),
    ("consume",),
    ("sync",),
    ("reconcile",),
    ("purge",),
    ("migrate",),
    ("registrations", "export"),
    ("notify", "serve"),
    ("outbox", "list"),
    ("outbox", "retry"),
    ("outbox", "show"),
    ("config", "show"),
    ("openapi",),
    ("simulate",),
    ("users", "create"),
    ("users", "list"),
]
WITH_WORDS = {("outbox", "retry"), ("users", "create")}
"""Commands that take any number of arguments, or miss an option before they count them."""
WITH_SETTINGS = [
    ("serve",),
    ("worker",),
    ("consume",),
    ("sync",),
    ("reconcile",),
    ("purge",),
    ("migrate",),
    ("registrations", "export"),
    ("notify", "serve"),
    ("outbox", "list"),
    ("outbox", "retry", "--all"),
    ("outbox", "show", "id"),
    ("users", "list"),
    ("config", "show"),
]
WITH_DATABASE = [
    ("serve",),
    ("worker",),
    ("purge",),
    ("migrate",),
    ("registrations", "export"),
    ("outbox", "list"),
    ("outbox", "retry", "--all"),
    ("outbox", "show", "id"),
    ("users", "list"),
]


@pytest.fixture
def _signing_key(monkeypatch: pytest.MonkeyPatch, run: Run) -> None:
    """Set what ``serve`` needs, once nobody else's settings are left."""
    monkeypatch.setenv("EVENTS_FACE_AUTH_SIGNING_KEY", SIGNING_KEY)


def _file(tmp_path: Path, name: str, content: str) -> Path:
    path = tmp_path / name
    path.write_text(content)
    return path


def test_the_version_is_that_of_the_package(run: Run) -> None:
    ended = run("--version")

    assert (ended.code, ended.out, ended.err) == (0, f"{version('events-face')}\n", "")


@pytest.mark.parametrize(
    "command", [(), *COMMANDS, ("outbox",), ("registrations",), ("config",), ("notify",)]
)
def test_every_command_explains_itself(run: Run, command: tuple[str, ...]) -> None:
    ended = run(*command, "--help")

    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith(f"Usage: {' '.join(('events-face', *command))} [OPTIONS]")


def test_the_help_names_every_command(run: Run) -> None:
    ended = run("--help")

    assert all(f"\n  {command[0]}" in ended.out for command in COMMANDS)


@pytest.mark.parametrize("command", [(), ("outbox",), ("registrations",), ("config",), ("notify",)])
def test_without_a_command_the_help_is_shown_and_something_is_missing(
    run: Run, command: tuple[str, ...]
) -> None:
    ended = run(*command)

    assert fails(ended, 2) == "a command is missing"
    assert ended.out.startswith("Usage: ")


@pytest.mark.parametrize(
    "command",
    [("nonsense",), ("outbox", "nonsense"), ("config", "nonsense"), ("registrations", "")],
)
def test_an_unknown_command_is_wrong_usage(run: Run, command: tuple[str, ...]) -> None:
    assert "No such command" in fails(run(*command), 2)


@pytest.mark.parametrize("command", [*COMMANDS, ()])
def test_an_unknown_option_is_wrong_usage(run: Run, command: tuple[str, ...]) -> None:
    assert "--nonsense" in fails(run(*command, "--nonsense"), 2)


@pytest.mark.parametrize("command", [command for command in COMMANDS if command not in WITH_WORDS])
def test_an_argument_too_many_is_wrong_usage(run: Run, command: tuple[str, ...]) -> None:
    assert "unexpected extra argument" in fails(run(*command, "one", "more"), 2).lower()


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("outbox", "show"), "ID"),
        (("outbox", "list", "--state", "lost"), "--state"),
        (("outbox", "list", "--limit", "0"), "--limit"),
        (("outbox", "list", "--limit", "many"), "--limit"),
        (("outbox", "list", "--limit"), "--limit"),
        (("sync", "--since", "yesterday"), "--since"),
        (("sync", "--since", "2026-13-01"), "--since"),
        (("purge", "--older-than", "7"), "--older-than"),
        (("purge", "--older-than", "-7d"), "--older-than"),
        (("purge", "--older-than", "999999999w"), "--older-than"),
        (("registrations", "export", "--format", "xml"), "--format"),
        (("registrations", "export", "--since", "soon"), "--since"),
        (("serve", "--port", "65536"), "--port"),
        (("serve", "--port", "http"), "--port"),
        (("demo", "--port", "-1"), "--port"),
        (("simulate", "--port", "x"), "--port"),
        (("simulate", "--fail-rate", "2"), "--fail-rate"),
        (("simulate", "--dialect", "v3"), "--dialect"),
        (("simulate", "--status", "200"), "--status"),
        (("simulate", "--latency", "slow"), "--latency"),
        (("simulate", "--target", "moon"), "--target"),
        (("--config",), "--config"),
    ],
)
def test_a_bad_option_is_named(run: Run, arguments: tuple[str, ...], named: str) -> None:
    assert named in fails(run(*arguments), 2)


@pytest.mark.parametrize("command", WITH_SETTINGS)
def test_a_bad_setting_stops_every_command_with_its_name(
    run: Run, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    monkeypatch.setenv("EVENTS_FACE_HTTP_PORT", "eighty")

    line = fails(run(*command), 2)

    assert line.startswith("EVENTS_FACE_HTTP_PORT: ")


@pytest.mark.parametrize("command", WITH_SETTINGS)
def test_an_unknown_key_in_the_file_stops_every_command_with_its_name(
    run: Run, tmp_path: Path, command: tuple[str, ...]
) -> None:
    path = _file(tmp_path, "config.yml", "http: {prot: 8080}")

    line = fails(run(*command, "--config", path), 2)

    assert line == f"{path}: unknown key http.prot; did you mean http_port?"


@pytest.mark.parametrize("place", ["before", "after"])
def test_a_file_that_is_not_there_is_named(run: Run, tmp_path: Path, place: str) -> None:
    option = ("--config", str(tmp_path / "nowhere.yml"))
    arguments = (*option, "config", "show") if place == "before" else ("config", "show", *option)

    assert fails(run(*arguments), 2).startswith(f"{tmp_path / 'nowhere.yml'}: cannot be read")


def test_the_file_is_taken_before_and_after_the_command(run: Run, tmp_path: Path) -> None:
    path = _file(tmp_path, "config.yml", "http_port: 9000")

    for arguments in (
        ("--config", path, "config", "show", "--json"),
        ("config", "show", "--json", "--config", path),
    ):
        assert run(*arguments).json()["http_port"] == 9000


def test_the_file_after_the_command_goes_over_the_one_before_it(run: Run, tmp_path: Path) -> None:
    before = _file(tmp_path, "before.yml", "http: {port: 9000, host: before}")
    after = _file(tmp_path, "after.yml", "http_port: 9001")

    shown = run("--config", before, "config", "show", "--json", "--config", after).json()

    assert (shown["http_port"], shown["http_host"]) == (9001, "127.0.0.1")


def test_the_file_of_the_command_line_goes_over_the_one_in_the_environment(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EVENTS_FACE_CONFIG", str(_file(tmp_path, "env.yml", "http_port: 9000")))
    path = _file(tmp_path, "config.yml", "http_port: 9001")

    assert run("config", "show", "--json").json()["http_port"] == 9000
    assert run("--config", path, "config", "show", "--json").json()["http_port"] == 9001


def test_an_unknown_variable_is_a_warning_and_no_failure(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EVENTS_FACE_PORT", "tcp://10.0.0.1:8080")

    ended = run("config", "show", "--json")

    assert ended.code == 0
    assert json.loads(ended.out)["http_port"] == 8080
    (line,) = ended.err.splitlines()
    assert line == (
        "events-face: warning: EVENTS_FACE_PORT is no setting of events-face and is ignored; "
        "did you mean EVENTS_FACE_HTTP_PORT?"
    )


@pytest.mark.usefixtures("_signing_key")
@pytest.mark.parametrize("command", WITH_DATABASE)
def test_a_database_that_cannot_be_opened_fails_every_command_with_one_line(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    monkeypatch.setenv("EVENTS_FACE_DATABASE_URL", f"sqlite:///{tmp_path}/no/where.db")

    assert fails(run(*command), 1) == "SQLite: unable to open database file"


@pytest.mark.usefixtures("_signing_key")
@pytest.mark.parametrize("command", WITH_DATABASE)
def test_a_file_that_is_no_database_fails_every_command_with_one_line(
    run: Run, database: Path, command: tuple[str, ...]
) -> None:
    database.write_bytes(b"This is no database. " * 100)

    assert fails(run(*command), 1) == "SQLite: file is not a database"


@pytest.mark.usefixtures("_signing_key")
@pytest.mark.parametrize("command", WITH_DATABASE)
def test_an_outbox_of_a_later_release_fails_every_command_with_one_line(
    run: Run, database: Path, command: tuple[str, ...]
) -> None:
    run("migrate")
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute(
            "INSERT INTO outbox (id, name, version, payload, created_at, due_at)"
            " VALUES ('id', 'tomorrow.came', 2, '{}', 0, 0)"
        )

    line = fails(run(*command), 1)

    assert line == "the outbox holds messages without a handler: tomorrow.came v2"
