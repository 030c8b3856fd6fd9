"""Writes the Python code of the .proto files: ``python proto/generate.py DIRECTORY``.

Without a directory it writes where the code is kept, below ``adapters/``.
"""

import sys
from importlib.resources import files
from pathlib import Path

from grpc_tools import protoc

PROTO = Path(__file__).parent
PACKAGE = "events_face_adapters/auditing/generated"
"""Where the code lies: the modules import each other by this name."""

FILES = ("audit_pb2.py", "audit_pb2.pyi", "audit_pb2_grpc.py")


def generate(directory: Path) -> None:
    """Write the code below a directory, as ``PACKAGE`` says.

    Raises:
        SystemExit: the compiler finds something wrong, and says what.
    """
    code = protoc.main(
        [
            "protoc",
            # The compiler sees the file where its code is to lie.
            f"--proto_path={PACKAGE}={PROTO / 'audit' / 'v1'}",
            f"--proto_path={files('grpc_tools') / '_proto'}",
            f"--python_out={directory}",
            f"--pyi_out={directory}",
            f"--grpc_python_out={directory}",
            f"{PACKAGE}/audit.proto",
        ]
    )
    if code:
        sys.exit(code)


if __name__ == "__main__":
    generate(Path(*sys.argv[1:]) if sys.argv[1:] else PROTO.parent / "adapters")
