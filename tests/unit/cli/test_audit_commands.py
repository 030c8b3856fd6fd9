"""``audit`` without a service to ask."""

from __future__ import annotations

import pytest

from support.processes import free_port
from unit.cli.running import Run, fails


@pytest.mark.parametrize("command", ["list", "check"])
def test_without_an_address_there_is_nobody_to_ask(run: Run, command: str) -> None:
    line = fails(run("audit", command), 2)

    assert line == "EVENTS_FACE_AUDIT_ADDRESS: is not set, nobody to ask"


@pytest.mark.parametrize("command", ["list", "check"])
def test_a_service_that_is_away_is_a_clear_error(
    run: Run, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setenv("EVENTS_FACE_AUDIT_ADDRESS", f"127.0.0.1:{free_port()}")

    line = fails(run("audit", command), 1)

    assert line.startswith("audit: UNAVAILABLE: ")


def test_a_filter_that_is_no_text_is_refused(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVENTS_FACE_AUDIT_ADDRESS", "127.0.0.1:1")

    line = fails(run("audit", "list", "--action", "a\nb"), 2)

    assert line == "action: must not contain control characters"


def test_a_database_that_cannot_be_opened_is_a_clear_error(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EVENTS_FACE_AUDIT_DATABASE_URL", "sqlite:////nowhere/audit.db")

    line = fails(run("audit", "serve", "--port", "0"), 1)

    assert line.startswith("SQLite: unable to open database file")
