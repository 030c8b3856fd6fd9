"""The code that is kept is what the compiler makes of the .proto file."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
GENERATOR = ROOT / "proto" / "generate.py"
KEPT = ROOT / "adapters" / "events_face_adapters" / "auditing" / "generated"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("generated")
    subprocess.run([sys.executable, str(GENERATOR), str(directory)], check=True, timeout=60)
    return directory / "events_face_adapters" / "auditing" / "generated"


def test_every_file_that_is_made_is_kept(made: Path) -> None:
    kept = {path.name for path in KEPT.glob("*_pb2*")}

    assert {path.name for path in made.iterdir()} == kept


@pytest.mark.parametrize("name", ["audit_pb2.py", "audit_pb2.pyi", "audit_pb2_grpc.py"])
def test_the_generated_code_is_up_to_date(made: Path, name: str) -> None:
    assert (KEPT / name).read_text("utf-8") == (made / name).read_text("utf-8"), (
        "nox -s generate renews it"
    )
