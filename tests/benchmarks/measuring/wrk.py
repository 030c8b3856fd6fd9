"""``wrk``, a load generator in C: it asks faster than any client in Python could."""

import math
import re
import shutil
import subprocess
from pathlib import Path

from attrs import frozen


@frozen
class Load:
    """What came of a load: all requests, those that were not answered well, and each second's."""

    requests: int
    errors: int
    requests_per_second: float


def missing() -> bool:
    """Tell whether ``wrk`` or ``taskset`` are not installed."""
    return not (shutil.which("wrk") and shutil.which("taskset"))


def put_load(
    url: str, *, seconds: float, core: int | None = None, connections: int = 16, script: str = ""
) -> Load:
    """Ask over kept connections for some seconds, each as fast as answers come."""
    pinned = () if core is None else ("taskset", "-c", str(core))
    command = (
        *(*pinned, "wrk", "-t1", f"-c{connections}", f"-d{math.ceil(seconds)}s"),
        *(("-s", script) if script else ()),
        url,
    )
    shown = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    errors = re.search(r"Non-2xx or 3xx responses: (\d+)", shown)
    return Load(
        requests=int(_find(r"(\d+) requests in", shown)),
        errors=int(errors[1]) if errors else 0,
        requests_per_second=float(_find(r"Requests/sec:\s+([\d.]+)", shown)),
    )


def write_script(path: Path, often: list[str], now_and_then: list[str], *, one_in: int) -> str:
    """Write a script that asks for paths in turn: most from the one list, some from the other."""
    path.write_text(
        f"""
local often = {{{", ".join(map(_quoted, often))}}}
local seldom = {{{", ".join(map(_quoted, now_and_then))}}}
local asked, next_often, next_seldom = 0, 0, math.random(#seldom)
request = function()
  asked = asked + 1
  if asked % {one_in} == 0 then
    next_seldom = next_seldom % #seldom + 1
    return wrk.format("GET", seldom[next_seldom])
  end
  next_often = next_often % #often + 1
  return wrk.format("GET", often[next_often])
end
init = function() math.randomseed(os.time()); next_seldom = math.random(#seldom) end
""",
        encoding="utf-8",
    )
    return str(path)


def _quoted(path: str) -> str:
    return f'"{path}"'


def _find(pattern: str, shown: str) -> str:
    found = re.search(pattern, shown)
    if found is None:
        raise RuntimeError(f"wrk says something else than expected:\n{shown}")
    return found[1]
