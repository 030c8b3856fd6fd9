"""The files of ``deploy/`` fit each other, the software and the tools that read them."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families
from yarl import URL

from events_face_runners.observing.metrics import Metrics
from events_face_runners.wiring.loading import PREFIX, load_settings
from events_face_runners.wiring.settings import Settings

DEPLOY = Path(__file__).parents[2] / "deploy"
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
RULES = yaml.safe_load((DEPLOY / "prometheus" / "alerts.yml").read_text("utf-8"))
DASHBOARDS = {
    path.name: json.loads(path.read_text("utf-8"))
    for path in sorted((DEPLOY / "grafana" / "dashboards").glob("*.json"))
}
OURS = [name for name, one in COMPOSE["services"].items() if one["image"] == "events-face"]
METRIC = re.compile(r"\b(?:events_face|process)_\w+")


def _expressions() -> Iterator[str]:
    for group in RULES["groups"]:
        yield from (rule["expr"] for rule in group["rules"])
    for panel in (panel for board in DASHBOARDS.values() for panel in board["panels"]):
        yield from (target["expr"] for target in panel.get("targets", ()))


def _exported() -> set[str]:
    """Return the names of all series that our metrics can have."""
    names: set[str] = set()
    for family in text_string_to_metric_families(Metrics().exposition({}, {}).decode()):
        suffixes = {"histogram": ("_bucket", "_count", "_sum"), "counter": ("_total",)}
        names.update(family.name + suffix for suffix in suffixes.get(family.type, ("",)))
    return names


def _by_default(text: str) -> str:
    """Return a text of the compose file as it is where nothing is set."""
    return re.sub(r"\$\{\w+:-([^}]*)\}|\$\{[^}]*\}", r"\1", text)


def _environment(service: str) -> dict[str, str]:
    return {
        name: _by_default(str(value))
        for name, value in COMPOSE["services"][service].get("environment", {}).items()
    }


def test_the_compose_file_is_valid_by_its_schema() -> None:
    checked = subprocess.run(
        [
            *(sys.executable, "-m", "check_jsonschema", "--builtin-schema"),
            *("vendor.compose-spec", str(DEPLOY / "compose.yaml")),
        ],
        capture_output=True,
        text=True,
        check=False,
    )

    assert checked.returncode == 0, checked.stdout


@pytest.mark.parametrize("service", OURS)
def test_the_settings_in_the_compose_file_are_good_ones(service: str) -> None:
    loaded = load_settings(_environment(service))

    assert loaded.warnings == ()


def test_every_variable_that_the_compose_file_reads_is_in_the_example() -> None:
    read = set(re.findall(r"\$\{(\w+)", (DEPLOY / "compose.yaml").read_text("utf-8")))

    named = set(
        re.findall(r"^#?(\w+)=", (DEPLOY / ".env.example").read_text("utf-8"), re.MULTILINE)
    )

    assert read == named


def test_every_variable_of_ours_in_the_dockerfile_is_a_setting() -> None:
    variables = re.findall(rf"{PREFIX}(\w+)=", (DEPLOY / "Dockerfile").read_text("utf-8"))

    assert {name.lower() for name in variables} <= set(Settings.__struct_fields__)


def test_what_the_compose_file_mounts_is_there() -> None:
    mounts = [
        _by_default(mount).split(":")[0]
        for service in COMPOSE["services"].values()
        for mount in service.get("volumes", ())
    ]

    local = [mount for mount in mounts if mount.startswith(".")]
    assert [mount for mount in local if not (DEPLOY / mount).exists()] == []
    assert {mount for mount in mounts if not mount.startswith(".")} == set(COMPOSE["volumes"])


@pytest.mark.parametrize(
    ("service", "variable"), [("postgres", "POSTGRES_DATA"), ("audit", "AUDIT_DATA")]
)
def test_what_must_be_kept_can_lie_in_a_directory_of_the_host(service: str, variable: str) -> None:
    (volume,) = COMPOSE["services"][service]["volumes"]

    assert volume.startswith(f"${{{variable}:-{service}}}:/")


def test_prometheus_scrapes_every_process_that_has_an_operation_port() -> None:
    config = yaml.safe_load((DEPLOY / "prometheus" / "prometheus.yml").read_text("utf-8"))
    (discovery,) = config["scrape_configs"][0]["dns_sd_configs"]

    # The check of the image asks at that port; whoever has none there brings a check of its own.
    running = {name for name in OURS if "healthcheck" not in COMPOSE["services"][name]}
    assert set(discovery["names"]) == running
    assert f"EVENTS_FACE_OPERATION_PORT={discovery['port']}" in (DEPLOY / "Dockerfile").read_text(
        "utf-8"
    )


def test_every_metric_that_an_alert_or_a_panel_asks_for_is_exported() -> None:
    asked = {name for expression in _expressions() for name in METRIC.findall(expression)}

    assert asked - _exported() == set()


def test_every_dashboard_and_each_of_its_panels_is_one_of_its_own() -> None:
    identities = [board["uid"] for board in DASHBOARDS.values()]

    assert len(set(identities)) == len(identities) >= 2
    for board in DASHBOARDS.values():
        numbers = [panel["id"] for panel in board["panels"]]
        assert len(set(numbers)) == len(numbers)


def test_every_process_that_we_run_sends_its_traces_to_the_collector_that_runs_too() -> None:
    for service in OURS:
        if not COMPOSE["services"][service].get("profiles"):
            endpoint = URL(_environment(service)["EVENTS_FACE_OTEL_ENDPOINT"])
            assert (endpoint.host in COMPOSE["services"], endpoint.port) == (True, 4318)


def test_every_alert_says_what_it_means_and_what_to_do() -> None:
    rules: list[dict[str, Any]] = [rule for group in RULES["groups"] for rule in group["rules"]]

    for rule in rules:
        assert rule["labels"]["severity"] in {"page", "warn", "info"}
        assert set(rule["annotations"]) == {"summary", "description"}


def test_the_image_does_not_run_as_root_and_carries_no_build_tools() -> None:
    lines = (DEPLOY / "Dockerfile").read_text("utf-8").splitlines()

    final = lines[max(i for i, line in enumerate(lines) if line.startswith("FROM ")) :]
    assert sum(line.startswith("FROM ") for line in lines) == 2
    assert "USER events-face" in final
    assert not any("pip install" in line or "apt-get" in line for line in final)


@pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool comes with Prometheus")
@pytest.mark.parametrize("check", ["rules", "config"])
def test_promtool_finds_nothing_wrong(check: str) -> None:
    file = {"rules": "alerts.yml", "config": "prometheus.yml"}[check]

    checked = subprocess.run(
        ["promtool", "check", check, str(DEPLOY / "prometheus" / file)],
        capture_output=True,
        text=True,
        check=False,
    )

    assert checked.returncode == 0, checked.stderr


def test_the_audit_service_is_where_the_others_send_their_records() -> None:
    audit = COMPOSE["services"]["audit"]
    port = 50051  # unless --port says otherwise

    assert audit["command"] == ["audit", "serve", "--host", "0.0.0.0"]
    for service in ("service", "worker", "consumer"):
        assert _environment(service)["EVENTS_FACE_AUDIT_ADDRESS"] == f"audit:{port}"


def test_the_audit_service_asks_for_the_token_that_the_others_bring() -> None:
    written = {
        COMPOSE["services"][service]["environment"]["EVENTS_FACE_AUDIT_TOKEN"]
        for service in ("audit", "service", "worker", "consumer")
    }

    assert written == {"${EVENTS_FACE_AUDIT_TOKEN:-}"}


def test_the_audit_service_has_a_database_of_its_own() -> None:
    settings = load_settings(_environment("audit")).settings
    (volume,) = map(_by_default, COMPOSE["services"]["audit"]["volumes"])

    directory = volume.partition(":")[2]
    assert settings.audit_database_url.startswith(f"sqlite:///{directory}/")
    assert volume.partition(":")[0] in COMPOSE["volumes"]
