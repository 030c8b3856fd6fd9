"""Who may log at which level."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from events_face_runners.observing.logs import configure_logs


@pytest.fixture(autouse=True)
def arq() -> Iterator[logging.Logger]:
    logger = logging.getLogger("arq")
    level = logger.level
    yield logger
    logger.setLevel(level)


@pytest.mark.parametrize(
    ("level", "effective"),
    [
        ("debug", logging.DEBUG),
        ("info", logging.WARNING),
        ("warning", logging.WARNING),
        ("error", logging.ERROR),
    ],
)
def test_arq_tells_of_each_job_only_to_who_looks_for_bugs(level: str, effective: int) -> None:
    configure_logs(level)

    assert logging.getLogger("arq.worker").getEffectiveLevel() == effective
