"""``config show``, ``openapi``, ``consume``."""

from __future__ import annotations

import json
from importlib.metadata import version
from pathlib import Path

import pytest
import schemathesis
from jsonschema import Draft202012Validator

from events_face_runners.wiring.settings import Settings
from unit.cli.running import Run, fails

PINNED = {
    "/api/events": {"get"},
    "/api/events/{event_id}": {"get"},
    "/api/events/{event_id}/registrations": {"post"},
    "/api/registrations/{registration_id}": {"get", "delete"},
    "/health/live": {"get"},
    "/health/ready": {"get"},
    "/metrics": {"get"},
}


def test_settings_are_shown_as_variables(run: Run, database: Path) -> None:
    ended = run("config", "show")

    lines = ended.out.splitlines()
    assert (ended.code, ended.err) == (0, "")
    assert f"EVENTS_FACE_DATABASE_URL=sqlite:///{database}" in lines
    assert "EVENTS_FACE_HTTP_PORT=8080" in lines
    assert "EVENTS_FACE_PROVIDER_IDEMPOTENT=false" in lines
    assert "EVENTS_FACE_PURGE_AFTER=7d" in lines
    assert len(lines) == len(Settings.__struct_fields__)


def test_settings_are_shown_in_json(run: Run) -> None:
    shown = run("config", "show", "--json").json()

    assert list(shown) == list(Settings.__struct_fields__)
    assert (shown["http_port"], shown["provider_idempotent"]) == (8080, False)


@pytest.mark.parametrize("option", [(), ("--json",)])
def test_secrets_are_masked(
    run: Run, monkeypatch: pytest.MonkeyPatch, option: tuple[str, ...]
) -> None:
    monkeypatch.setenv("EVENTS_FACE_PROVIDER_TOKEN", "t0ps3cret-provider")
    monkeypatch.setenv("EVENTS_FACE_NOTIFIER_TOKEN", "t0ps3cret-notifier")

    ended = run("config", "show", *option)

    assert ended.code == 0
    assert "t0ps3cret" not in ended.out + ended.err
    assert ended.out.count("***") == 2


def test_what_is_shown_can_be_set_again(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVENTS_FACE_SYNC_INTERVAL", "90s")
    first = run("config", "show").out
    for line in first.splitlines():
        monkeypatch.setenv(*line.split("=", 1))

    assert run("config", "show").out == first


def test_the_openapi_document_is_written(run: Run) -> None:
    ended = run("openapi")

    document = json.loads(ended.out)
    assert (ended.code, ended.err) == (0, "")
    assert document["openapi"].startswith("3.1.")
    assert document["info"]["version"] == version("events-face")


def test_the_openapi_document_describes_what_is_pinned(run: Run) -> None:
    paths = run("openapi").json()["paths"]

    for path, methods in PINNED.items():
        assert methods <= set(paths[path])


def test_the_openapi_document_is_valid(run: Run) -> None:
    schemathesis.openapi.from_dict(run("openapi").json()).validate()


def test_the_schemas_of_the_openapi_document_are_valid(run: Run) -> None:
    document = run("openapi").json()

    for schema in document["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


def test_every_reference_of_the_openapi_document_leads_somewhere(run: Run) -> None:
    text = run("openapi").out
    document = json.loads(text)

    names = {part.partition('"')[0] for part in text.split('"#/components/schemas/')[1:]}

    assert names
    assert names <= set(document["components"]["schemas"])


def test_the_openapi_document_needs_no_settings(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVENTS_FACE_HTTP_PORT", "eighty")

    assert run("openapi").code == 0


def test_without_kafka_there_is_nothing_to_consume_from(run: Run, database: Path) -> None:
    line = fails(run("consume"), 2)

    assert line.startswith("EVENTS_FACE_KAFKA_BOOTSTRAP_SERVERS: ")
    assert not database.exists()
