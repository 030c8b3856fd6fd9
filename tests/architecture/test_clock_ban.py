"""The core asks for time, chance and ids; it takes none, and touches nothing outside."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from architecture.house import ROOT, SHELVES, Source, copy_of_the_house, plant, sources

CORE = "events_face_core"
BANNED_MODULES = {
    "_thread", "aiohttp", "calendar", "concurrent", "fileinput", "ftplib", "glob", "http", "io",
    "locale", "mmap", "multiprocessing", "os", "pathlib", "random", "secrets", "select",
    "selectors", "shelve", "shutil", "signal", "smtplib", "socket", "sqlite3", "ssl",
    "subprocess", "sys", "tempfile", "threading", "time", "urllib", "uuid", "zoneinfo",
}  # fmt: skip
BANNED_CALLS = {"__import__", "breakpoint", "eval", "exec", "input", "open", "print"}
CLOCK_READERS = {"now", "utcnow", "today"}
PLANTS = [
    "import datetime\nx = datetime.datetime.now()",
    "import datetime as dt\nx = dt.datetime.now(dt.UTC)",
    "from datetime import datetime\nx = datetime.utcnow()",
    "from datetime import UTC, datetime as moment\nx = moment.now(UTC)",
    "from datetime import date\nx = date.today()",
    "from datetime import datetime\nread_clock = datetime.now",
    "import time",
    "from time import monotonic",
    "import random",
    "from random import Random",
    "from uuid import uuid4",
    "import secrets",
    "import socket",
    "import sqlite3",
    "from pathlib import Path",
    "import os.path",
    "import urllib.request",
    "def f():\n    import os",
    "x = open('events.json')",
    "print('hello')",
    "x = __import__('os')",
]


def _offences(root: Path) -> Iterator[str]:
    """Yield where the core takes what it should ask for."""
    for source in sources(root, CORE):
        clocks = _names_of_datetime(source)
        for node in ast.walk(source.tree):
            if offence := _offence(node, clocks):
                yield f"{source.module}: {offence}"
        for imported in source.imports():
            if imported.split(".")[0] in BANNED_MODULES:
                yield f"{source.module}: import {imported}"


def _offence(node: ast.AST, clocks: set[str]) -> str | None:
    match node:
        case ast.Call(func=ast.Name(id=name)) if name in BANNED_CALLS:
            return f"{name}()"
        case ast.Attribute(value=owner, attr=attr) if attr in CLOCK_READERS:
            return f"{ast.unparse(owner)}.{attr}" if ast.unparse(owner) in clocks else None
        case _:
            return None


def _names_of_datetime(source: Source) -> set[str]:
    """Return the expressions by which a module can speak of ``datetime`` and ``date``."""
    names: set[str] = set()
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            names |= {
                f"{alias.asname or alias.name}.{clock}"
                for alias in node.names
                for clock in ("datetime", "date")
                if alias.name == "datetime"
            }
        elif isinstance(node, ast.ImportFrom) and node.module == "datetime":
            names |= {a.asname or a.name for a in node.names if a.name in ("datetime", "date")}
    return names


def _type_checking(root: Path) -> Iterator[str]:
    """Yield the modules that hide imports from the running program."""
    for source in sources(root, *SHELVES):
        for node in ast.walk(source.tree):
            name = getattr(node, "id", None) or getattr(node, "attr", None)
            if name == "TYPE_CHECKING":
                yield source.module


def test_the_core_takes_no_time_chance_or_io() -> None:
    offences = list(_offences(ROOT))

    assert offences == []


@pytest.mark.parametrize("code", PLANTS)
def test_a_planted_offence_is_seen(tmp_path: Path, code: str) -> None:
    root = copy_of_the_house(tmp_path)
    plant(root, f"{CORE}.kernel.ids", code)

    offences = list(_offences(root))

    assert offences


def test_the_clock_port_is_no_offence(tmp_path: Path) -> None:
    root = copy_of_the_house(tmp_path)
    plant(root, f"{CORE}.kernel.ids", "import asyncio\ndef f(clock):\n    return clock.now()")

    offences = list(_offences(root))

    assert offences == []


def test_no_module_hides_imports_behind_type_checking() -> None:
    hiding = list(_type_checking(ROOT))

    assert hiding == []


@pytest.mark.parametrize(
    "code",
    [
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import os",
        "import typing\nif typing.TYPE_CHECKING:\n    import os",
    ],
)
def test_a_planted_hiding_place_is_seen(tmp_path: Path, code: str) -> None:
    root = copy_of_the_house(tmp_path)
    plant(root, "events_face_adapters", code)

    hiding = set(_type_checking(root)) - set(_type_checking(ROOT))

    assert hiding == {"events_face_adapters"}
