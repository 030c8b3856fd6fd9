"""A package of the core is used through its face: outsiders import nothing deeper."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from architecture.house import ROOT, SHELVES, Source, copy_of_the_house, plant, sources

CORE = "events_face_core"
REACHES = [
    ("events_face_adapters", "import events_face_core.catalogue.model"),
    ("events_face_adapters", "from events_face_core.catalogue.model import Event"),
    ("events_face_adapters", "from events_face_core.catalogue import model"),
    ("events_face_adapters", "def f():\n    from events_face_core.kernel import relay"),
    ("events_face_runners", "import events_face_core.registration.deciding as d"),
    ("events_face_cli", "from events_face_core.notifications.usecases import send_notification"),
    (f"{CORE}.processes.tell_visitor", "from events_face_core.registration.model import Reason"),
    (f"{CORE}.catalogue.model", "import events_face_core.kernel.errors"),
]


def _reaches(root: Path) -> Iterator[tuple[str, str]]:
    """Yield who imports what behind a face."""
    modules = {source.module for source in sources(root, CORE)}
    for source in sources(root, *SHELVES):
        for imported in source.imports():
            if imported in modules and _behind_a_face(source, imported):
                yield source.module, imported


def _behind_a_face(source: Source, imported: str) -> bool:
    core, package, *deeper = [*imported.split("."), ""]
    return bool(deeper[:-1]) and not f"{source.module}.".startswith(f"{core}.{package}.")


def test_outsiders_use_faces_only() -> None:
    reaches = list(_reaches(ROOT))

    assert reaches == []


@pytest.mark.parametrize(("module", "code"), REACHES)
def test_a_planted_reach_behind_a_face_is_seen(tmp_path: Path, module: str, code: str) -> None:
    root = copy_of_the_house(tmp_path)
    plant(root, module, code)

    reaches = set(_reaches(root)) - set(_reaches(ROOT))

    assert {importer for importer, _ in reaches} == {module}


def test_everything_that_a_face_shows_is_there() -> None:
    for source in sources(ROOT, CORE):
        face = __import__(source.module, fromlist=["__all__"])

        assert set(getattr(face, "__all__", ())) <= set(vars(face)), source.module
