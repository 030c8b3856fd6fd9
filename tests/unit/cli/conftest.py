"""The command line with a database of its own, and nobody else's settings."""

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest

from events_face_cli.main import run as run_command
from events_face_runners.simulator import Simulator, SimulatorOptions, running_simulator
from unit.cli.running import Ended, Run


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "events-face.db"


@pytest.fixture
def run(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    database: Path,
) -> Run:
    for variable in [name for name in os.environ if name.startswith("EVENTS_FACE_")]:
        monkeypatch.delenv(variable)
    monkeypatch.setenv("EVENTS_FACE_DATABASE_URL", f"sqlite:///{database}")
    monkeypatch.chdir(tmp_path)

    def run_it(*arguments: str | Path) -> Ended:
        code = run_command([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return Ended(code, captured.out, captured.err)

    return run_it


@pytest.fixture
def aggregator() -> Iterator[Simulator]:
    """A simulated aggregator in a thread of its own: commands run a loop in this one."""
    runner = asyncio.Runner()
    options = SimulatorOptions(token="token", events=25, change_interval=0)
    serving = running_simulator(options)
    simulator = runner.run(serving.__aenter__())
    loop = runner.get_loop()
    thread = Thread(target=loop.run_forever)
    thread.start()
    yield simulator
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    runner.run(serving.__aexit__(None, None, None))
    runner.close()
