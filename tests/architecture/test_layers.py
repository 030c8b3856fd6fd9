"""Import-linter guards the direction of dependencies, and each of its rules can turn red."""

import re
import tomllib
from configparser import ConfigParser, SectionProxy
from importlib.metadata import packages_distributions
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from architecture.house import ROOT, copy_of_the_house, plant, run_in

CORE = "events_face_core"
ADAPTERS = "events_face_adapters"
RUNNERS = "events_face_runners"
CLI = "events_face_cli"


def _inside(context: str, *pairs: tuple[str, str]) -> list[tuple[str, str, str]]:
    """Return violations of the order inside a context."""
    root = f"{CORE}.{context}"
    return [(context, f"{root}.{importer}", f"{root}.{imported}") for importer, imported in pairs]


VIOLATIONS = [
    ("house", f"{CORE}.kernel.clock", ADAPTERS),
    ("house", f"{CORE}.kernel.clock", RUNNERS),
    ("house", f"{CORE}.kernel.clock", CLI),
    ("house", ADAPTERS, RUNNERS),
    ("house", ADAPTERS, CLI),
    ("house", RUNNERS, CLI),
    ("core", f"{CORE}.kernel.clock", f"{CORE}.catalogue"),
    ("core", f"{CORE}.kernel.clock", f"{CORE}.registration"),
    ("core", f"{CORE}.kernel.clock", f"{CORE}.notifications"),
    ("core", f"{CORE}.kernel.clock", f"{CORE}.announcements"),
    ("core", f"{CORE}.kernel.clock", f"{CORE}.auditing"),
    ("core", f"{CORE}.kernel.clock", f"{CORE}.engagement"),
    ("core", f"{CORE}.kernel.clock", f"{CORE}.accounts"),
    ("core", f"{CORE}.kernel.clock", f"{CORE}.ticketing"),
    ("core", f"{CORE}.kernel.clock", f"{CORE}.processes"),
    ("core", f"{CORE}.catalogue.model", f"{CORE}.processes"),
    ("core", f"{CORE}.registration.model", f"{CORE}.catalogue"),
    ("contexts", f"{CORE}.catalogue.model", f"{CORE}.registration"),
    ("contexts", f"{CORE}.catalogue.model", f"{CORE}.notifications"),
    ("contexts", f"{CORE}.registration.model", f"{CORE}.catalogue"),
    ("contexts", f"{CORE}.registration.model", f"{CORE}.notifications"),
    ("contexts", f"{CORE}.notifications.model", f"{CORE}.catalogue"),
    ("contexts", f"{CORE}.notifications.model", f"{CORE}.registration"),
    ("contexts", f"{CORE}.announcements.model", f"{CORE}.registration"),
    ("contexts", f"{CORE}.auditing.model", f"{CORE}.registration"),
    ("contexts", f"{CORE}.registration.model", f"{CORE}.auditing"),
    ("contexts", f"{CORE}.engagement.model", f"{CORE}.catalogue"),
    ("contexts", f"{CORE}.registration.model", f"{CORE}.engagement"),
    ("contexts", f"{CORE}.accounts.model", f"{CORE}.notifications"),
    ("contexts", f"{CORE}.registration.model", f"{CORE}.accounts"),
    ("contexts", f"{CORE}.ticketing.model", f"{CORE}.catalogue"),
    ("contexts", f"{CORE}.ticketing.model", f"{CORE}.registration"),
    ("contexts", f"{CORE}.registration.model", f"{CORE}.ticketing"),
    ("contexts", f"{CORE}.catalogue.model", f"{CORE}.ticketing"),
    *_inside(
        "catalogue",
        ("errors", "events"),
        ("events", "model"),
        ("events", "purging"),
        ("model", "purging"),
        ("model", "listing"),
        ("purging", "drift"),
        ("listing", "ports"),
        ("drift", "listing"),
        ("ports", "queries"),
        ("ports", "usecases.sync_catalogue"),
        ("queries", "usecases.sync_catalogue"),
        ("usecases.sync_catalogue", "queries"),
    ),
    *_inside(
        "registration",
        ("errors", "events"),
        ("events", "model"),
        ("model", "answers"),
        ("answers", "deciding"),
        ("answers", "ports"),
        ("deciding", "ports"),
        ("ports", "deciding"),
        ("ports", "usecases.take_back"),
        ("usecases.steps", "queries"),
    ),
    *_inside(
        "notifications",
        ("errors", "events"),
        ("events", "model"),
        ("model", "ports"),
        ("ports", "usecases.send_notification"),
    ),
    *_inside(
        "announcements",
        ("events", "model"),
        ("model", "ports"),
        ("ports", "usecases.send_announcement"),
    ),
    *_inside(
        "auditing",
        ("errors", "events"),
        ("events", "model"),
        ("model", "ports"),
        ("ports", "usecases.send_audit_record"),
    ),
    *_inside(
        "engagement",
        ("errors", "events"),
        ("events", "model"),
        ("model", "listing"),
        ("listing", "ports"),
        ("ports", "queries"),
        ("queries", "usecases.write_review"),
    ),
    *_inside(
        "accounts",
        ("errors", "events"),
        ("events", "model"),
        ("model", "tokens"),
        ("tokens", "passwords"),
        ("listing", "ports"),
        ("ports", "queries"),
        ("ports", "usecases.login"),
        ("queries", "usecases.login"),
    ),
    *_inside(
        "ticketing",
        ("errors", "events"),
        ("errors", "fields"),
        ("fields", "model"),
        ("events", "model"),
        ("model", "listing"),
        ("model", "deciding"),
        ("listing", "ports"),
        ("deciding", "ports"),
        ("ports", "deciding"),
        ("ports", "queries"),
        ("ports", "usecases.book"),
        ("queries", "usecases.book"),
    ),
    ("simulator", f"{RUNNERS}.simulator", f"{CORE}.kernel"),
    ("simulator", f"{RUNNERS}.simulator", ADAPTERS),
    ("runners", f"{RUNNERS}.web.server", f"{RUNNERS}.worker"),
    ("runners", f"{RUNNERS}.background.background", f"{RUNNERS}.web"),
    ("runners", f"{RUNNERS}.worker.server", f"{RUNNERS}.notify"),
    ("runners", f"{RUNNERS}.consumer.loop", f"{RUNNERS}.notify"),
    ("runners", f"{RUNNERS}.wiring.app", f"{RUNNERS}.background"),
    ("runners", f"{RUNNERS}.observing.logs", f"{RUNNERS}.wiring"),
    ("runners", f"{RUNNERS}.stopping", f"{RUNNERS}.event_loop"),
]
"""Contract, importer, imported: each is planted alone, and must turn the contract red."""

CLOSED = {
    "core": CORE,
    "catalogue": f"{CORE}.catalogue",
    "registration": f"{CORE}.registration",
    "notifications": f"{CORE}.notifications",
    "auditing": f"{CORE}.auditing",
    "engagement": f"{CORE}.engagement",
    "accounts": f"{CORE}.accounts",
    "ticketing": f"{CORE}.ticketing",
    "runners": RUNNERS,
}
"""Contracts that know every module of a package, so that no new one escapes them."""


def _contracts() -> dict[str, SectionProxy]:
    """Return the options of each contract by its id."""
    rules = ConfigParser()
    rules.read(ROOT / ".importlinter", encoding="utf-8")
    prefix = "importlinter:contract:"
    return {s.removeprefix(prefix): rules[s] for s in rules.sections() if s.startswith(prefix)}


def _technologies() -> set[str]:
    return set(_contracts()["attrs"]["forbidden_modules"].split())


def _lint(root: Path) -> CompletedProcess[str]:
    linter = "from importlinter.cli import lint_imports_command as lint; lint()"
    return run_in(root, "-c", linter, "--config", ".importlinter", "--no-cache", "--no-logo")


def _broken(result: CompletedProcess[str]) -> set[str]:
    """Return the ids of the contracts that the linter calls broken."""
    lines = result.stdout.splitlines()
    return {id_ for id_, options in _contracts().items() if f"{options['name']} BROKEN" in lines}


def test_the_house_keeps_every_contract() -> None:
    result = _lint(ROOT)

    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize(("contract", "importer", "imported"), VIOLATIONS)
def test_a_planted_import_turns_its_contract_red(
    tmp_path: Path, contract: str, importer: str, imported: str
) -> None:
    root = copy_of_the_house(tmp_path)
    plant(root, importer, f"import {imported}")

    result = _lint(root)

    assert contract in _broken(result), result.stdout + result.stderr


@pytest.mark.parametrize(("contract", "package"), CLOSED.items())
def test_a_module_without_a_layer_turns_its_contract_red(
    tmp_path: Path, contract: str, package: str
) -> None:
    root = copy_of_the_house(tmp_path)
    plant(root, f"{package}.planted", "")

    result = _lint(root)

    assert contract in _broken(result), result.stdout + result.stderr


def test_the_simulator_is_kept_apart_by_detours_too(tmp_path: Path) -> None:
    root = copy_of_the_house(tmp_path)
    plant(root, f"{RUNNERS}.detour", f"import {CORE}.kernel")
    plant(root, f"{RUNNERS}.simulator", f"import {RUNNERS}.detour")

    result = _lint(root)

    assert "simulator" in _broken(result), result.stdout + result.stderr


def test_each_technology_turns_its_contract_red(tmp_path: Path) -> None:
    root = copy_of_the_house(tmp_path)
    plant(root, f"{CORE}.kernel.clock", "\n".join(f"import {t}" for t in _technologies()))

    result = _lint(root)

    caught = re.findall(rf"{CORE}\.kernel\.clock -> (\w+)", result.stdout)
    assert "attrs" in _broken(result)
    assert set(caught) == _technologies()


def test_every_dependency_but_attrs_is_forbidden_to_the_core() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"].values()
    wanted = [*project["dependencies"], *(one for extra in extras for one in extra)]
    distributions = {_canonical(re.split(r"[^\w.-]", one)[0]) for one in wanted}
    distributions -= {"attrs", project["name"]}

    packages = {
        package
        for package, owners in packages_distributions().items()
        if distributions & {_canonical(owner) for owner in owners} and package[0].isalpha()
    }

    packages.discard("test")  # swagger-ui-py ships its tests
    assert packages <= _technologies()


def test_every_contract_has_a_planted_violation() -> None:
    planted = {contract for contract, _, _ in VIOLATIONS} | {"attrs"}

    assert planted == set(_contracts())


def _canonical(distribution: str) -> str:
    return re.sub(r"[-_.]+", "-", distribution).lower()
