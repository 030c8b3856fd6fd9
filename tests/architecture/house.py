"""The product's source tree, as the architecture tests read, copy and spoil it."""

import ast
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from attrs import frozen

ROOT = Path(__file__).parents[2]
SHELVES = {
    "events_face_core": "events_face_core",
    "events_face_adapters": "adapters/events_face_adapters",
    "events_face_runners": "runners/events_face_runners",
    "events_face_cli": "cli/events_face_cli",
}
"""Where each package lies."""


@frozen
class Source:
    """A module of the product."""

    module: str
    tree: ast.Module

    def imports(self) -> Iterator[str]:
        """Yield what it imports; of ``from a import b`` both ``a`` and ``a.b``."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                yield node.module
                yield from (f"{node.module}.{alias.name}" for alias in node.names)


def sources(root: Path, *packages: str) -> Iterator[Source]:
    """Yield the modules of some packages of a tree."""
    for package in packages:
        shelf = root / SHELVES[package]
        for path in sorted(shelf.rglob("*.py")):
            parts = path.relative_to(shelf.parent).with_suffix("").parts
            module = ".".join(parts).removesuffix(".__init__")
            yield Source(module, ast.parse(path.read_text(encoding="utf-8"), str(path)))


def copy_of_the_house(to: Path) -> Path:
    """Copy the sources of the four packages, and the rules, to a directory; return it."""
    for shelf in SHELVES.values():
        shutil.copytree(ROOT / shelf, to / shelf, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / ".importlinter", to)
    return to


def plant(root: Path, module: str, code: str) -> None:
    """Append code to a module of a copy, or make the module."""
    package, *inner = module.split(".")
    path = (root / SHELVES[package]).joinpath(*inner)
    path = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    with path.open("a", encoding="utf-8") as file:
        file.write(f"\n{code}\n")


def run_in(root: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run a Python command that finds the packages of a tree, and those only."""
    shelves = {str((root / shelf).parent) for shelf in SHELVES.values()}
    return subprocess.run(
        [sys.executable, "-B", *command],
        cwd=root,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sorted(shelves))},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
