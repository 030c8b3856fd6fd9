"""Importing is free: the core pulls in nothing but attrs, and no module opens anything."""

import json
from pathlib import Path

import pytest

from architecture.house import ROOT, SHELVES, copy_of_the_house, plant, run_in

WHAT_THE_CORE_PULLS_IN = """
import json, pkgutil, sys
before = set(sys.modules)
import events_face_core
for module in pkgutil.walk_packages(events_face_core.__path__, "events_face_core."):
    __import__(module.name)
roots = {name.split(".")[0] for name in set(sys.modules) - before}
print(json.dumps(sorted(roots - sys.stdlib_module_names)))
"""

WHAT_IMPORTS_OPEN = """
import json, os, pkgutil, sys, sysconfig

repository, *packages = sys.argv[1:]
machinery = tuple(sysconfig.get_paths()[place] for place in ("stdlib", "purelib", "platlib"))
importing, opened = "", []

def is_data(path, mode, flags):
    if not isinstance(path, (str, bytes)):
        return False
    path = os.path.abspath(os.fsdecode(path))
    if flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT) or set(mode or "") & set("wax+"):
        return True
    ours = path.startswith(repository + os.sep) and not path.startswith(machinery)
    return ours and not path.endswith((".py", ".pyc"))

def watch(event, args):
    if event.startswith(("socket.", "subprocess.", "sqlite3.connect")) or (
        event == "open" and is_data(*args)
    ):
        opened.append([importing, event, repr(args)])

sys.addaudithook(watch)
imported = []
for package in packages:
    importing = package
    __import__(package)
    imported.append(package)
    for module in pkgutil.walk_packages(sys.modules[package].__path__, package + "."):
        if not module.name.endswith(".__main__"):
            importing = module.name
            __import__(module.name)
            imported.append(module.name)
print(json.dumps({"imported": imported, "opened": opened}))
"""

EXTRAS = {
    "aiokafka", "aiosmtplib", "arq", "asyncpg", "fontpkg", "fpdf", "google.protobuf",
    "grpc", "icalendar", "opentelemetry", "redis", "segno",
}  # fmt: skip

OPENINGS = [
    "import socket; socket.socket().close()",
    "import socket; socket.getaddrinfo('localhost', 80)",
    "import asyncio; asyncio.new_event_loop().close()",
    "open(__file__.replace('__init__.py', 'py.typed')).close()",
    "import pathlib; pathlib.Path('.importlinter').read_text()",
    "import tempfile; tempfile.TemporaryFile().close()",
    "import os; os.close(os.open('made', os.O_CREAT | os.O_WRONLY))",
    "import sqlite3; sqlite3.connect('file.db').close()",
    "import subprocess; subprocess.run(['true'])",
]


def _pulled_in(root: Path) -> list[str]:
    result = run_in(root, "-c", WHAT_THE_CORE_PULLS_IN)
    assert result.returncode == 0, result.stderr
    roots: list[str] = json.loads(result.stdout)
    return roots


def _imported_and_opened(root: Path, *packages: str) -> tuple[list[str], list[list[str]]]:
    result = run_in(root, "-c", WHAT_IMPORTS_OPEN, str(root), *packages)
    assert result.returncode == 0, result.stderr
    told = json.loads(result.stdout)
    return told["imported"], told["opened"]


def test_the_core_pulls_in_nothing_but_attrs() -> None:
    roots = _pulled_in(ROOT)

    assert set(roots) == {"attr", "attrs", "events_face_core"}


def test_a_planted_library_is_seen(tmp_path: Path) -> None:
    root = copy_of_the_house(tmp_path)
    plant(root, "events_face_core.kernel.ids", "import msgspec")

    roots = _pulled_in(root)

    assert "msgspec" in roots


def test_the_libraries_of_extras_are_imported_only_where_they_are_used() -> None:
    result = run_in(ROOT, "-c", "import sys, events_face_cli.main; print(*sys.modules)")

    assert result.returncode == 0, result.stderr
    assert EXTRAS & set(result.stdout.split()) == set()


def test_importing_opens_no_socket_and_no_file() -> None:
    _, opened = _imported_and_opened(ROOT, *SHELVES)

    assert opened == []


def test_every_module_is_imported() -> None:
    imported, _ = _imported_and_opened(ROOT, *SHELVES)

    shelves = [ROOT / shelf for shelf in SHELVES.values()]
    modules = [path for shelf in shelves for path in shelf.rglob("*.py")]
    assert len(imported) == len([path for path in modules if path.name != "__main__.py"])


@pytest.mark.parametrize("code", OPENINGS)
def test_a_planted_opening_is_seen(tmp_path: Path, code: str) -> None:
    root = copy_of_the_house(tmp_path)
    plant(root, "events_face_core", code)

    _, opened = _imported_and_opened(root, "events_face_core")

    assert "events_face_core" in {importing for importing, _, _ in opened}


@pytest.mark.parametrize("package", SHELVES)
def test_a_planted_opening_is_seen_in_each_package(tmp_path: Path, package: str) -> None:
    root = copy_of_the_house(tmp_path)
    plant(root, f"{package}.planted", "open('.importlinter').close()")

    _, opened = _imported_and_opened(root, package)

    assert f"{package}.planted" in {importing for importing, _, _ in opened}
