"""What every test is given."""

import logging
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def _untouched_logging() -> Iterator[None]:
    """Take back what a test that runs the command line does to the root logger."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
