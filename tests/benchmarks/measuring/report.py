"""Where the figures go: a file of them, and the table in the document."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from attrs import frozen

from benchmarks.measuring.figures import Figure
from benchmarks.measuring.machine import commit, machine, versions

_BEGINNING, _END = "<!-- figures -->", "<!-- /figures -->"
_HEAD = """\
| what | ours | against | there | ratio | bar | holds |
|---|---|---|---|---|---|---|
"""


@frozen
class Report:
    """The figures of every measurement, each from its latest run.

    Attributes:
        path: the file of figures.
        document: where the table stands between marks.
        names: the measurements in the order of the table.
    """

    path: Path
    document: Path
    names: Sequence[str]

    def add(self, name: str, figures: list[Figure], *, seconds: float) -> None:
        """Keep the figures of one measurement instead of its earlier ones."""
        written = self._read()
        measurements = written.get("measurements", {})
        measurements[name] = {
            "date": datetime.now(UTC).isoformat(timespec="seconds"),
            "commit": commit(),
            "seconds": round(seconds, 1),
            "figures": [figure.as_json() for figure in figures],
        }
        ordered = {name: measurements[name] for name in self.names if name in measurements}
        written = {"machine": machine(), "versions": versions(), "measurements": ordered}
        text = json.dumps(written, ensure_ascii=False, indent=2)
        self.path.write_text(f"{text}\n", encoding="utf-8")

    def show(self) -> None:
        """Write the table anew between its marks in the document."""
        before, _, rest = self.document.read_text(encoding="utf-8").partition(_BEGINNING)
        _, _, after = rest.partition(_END)
        shown = f"{_BEGINNING}\n{self.table()}\n{self.circumstances()}\n{_END}"
        self.document.write_text(f"{before}{shown}{after}", encoding="utf-8")

    def table(self) -> str:
        """Return the table."""
        measurements: Mapping[str, Any] = self._read()["measurements"]
        figures = [figure for each in measurements.values() for figure in each["figures"]]
        return _HEAD + "".join(f"| {' | '.join(_cells(figure))} |\n" for figure in figures)

    def circumstances(self) -> str:
        """Return where, when and with what was measured."""
        written = self._read()
        runs = [
            f"{name} ({run['date'][:10]}, commit {run['commit']}, {run['seconds']:.0f} s)"
            for name, run in written["measurements"].items()
        ]
        return "\n".join(
            (
                f"Machine: {_listed(written['machine'])}.",
                f"Versions: {_listed(written['versions'])}.",
                f"Runs: {'; '.join(runs)}.",
            )
        )

    def _read(self) -> dict[str, Any]:
        if not self.path.exists():
            return {}
        written: dict[str, Any] = json.loads(self.path.read_text(encoding="utf-8"))
        return written


def _listed(values: Mapping[str, str]) -> str:
    return ", ".join(f"{name} {value}" for name, value in values.items())


def _cells(figure: Mapping[str, Any]) -> Iterator[str]:
    unit = figure["unit"]
    yield figure["what"]
    yield _amount(figure["ours"], unit)
    yield figure["against"]
    yield _amount(figure["reference"], unit)
    yield f"{figure['ratio']:.2f}"
    yield figure["bar"]
    yield "" if figure["bar"] == "—" else "yes" if figure["holds"] else "**no**"


def _amount(value: float, unit: str) -> str:
    digits = 0 if value >= 100 else 1 if value >= 10 else 2
    return f"{value:,.{digits}f} {unit}"
