"""Every use case states who may run it, in the core: it asks the actor, or its docstring says."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from architecture.house import ROOT, copy_of_the_house, plant, sources

CORE = "events_face_core"
ASKS = {"require", "require_signed_in", "load_own"}
SAYS = re.compile(
    r"\b(Anybody|Whoever|Admins|Operators|Our own processes)\b[^.:;]*\bmay\b|\ADelivers ``"
)
"""What is delivered comes out of the outbox: only a relay runs it."""

UNSTATED = [
    ("events_face_core.registration.usecases.planted", "class PlantedHandler:\n    '''Does.'''"),
    (
        "events_face_core.catalogue.usecases.planted",
        "class PlantedHandler:\n    '''Applies what may be lost.'''",
    ),
    ("events_face_core.ticketing.queries", "class PlantedQueries:\n    pass"),
]


def _use_cases(root: Path) -> Iterator[tuple[str, ast.ClassDef]]:
    for source in sources(root, CORE):
        if ".usecases." in source.module or source.module.endswith(".queries"):
            for node in source.tree.body:
                if isinstance(node, ast.ClassDef) and node.name.endswith(("Handler", "Queries")):
                    yield f"{source.module}.{node.name}", node


def _asks(use_case: ast.ClassDef) -> bool:
    calls = (node.func for node in ast.walk(use_case) if isinstance(node, ast.Call))
    return bool(ASKS & {call.id for call in calls if isinstance(call, ast.Name)})


def _unstated(root: Path) -> set[str]:
    return {
        name
        for name, use_case in _use_cases(root)
        if not _asks(use_case)
        and not SAYS.search(" ".join((ast.get_docstring(use_case) or "").split()))
    }


def test_every_use_case_states_who_may_run_it() -> None:
    assert _unstated(ROOT) == set()


@pytest.mark.parametrize(("module", "code"), UNSTATED)
def test_a_planted_use_case_that_states_nothing_is_seen(
    tmp_path: Path, module: str, code: str
) -> None:
    root = copy_of_the_house(tmp_path)
    plant(root, module, code)

    assert len(_unstated(root) - _unstated(ROOT)) == 1
