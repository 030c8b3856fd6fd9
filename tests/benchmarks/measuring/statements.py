"""The statements that something runs on PostgreSQL, from its log, as a script for pgbench."""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from attrs import frozen

from contract.storage.postgres import ask

_BEGINNING, _END_OF_NAME = "\x1e", "\x1f"
_ON = (
    "ALTER SYSTEM SET log_statement = 'all'",
    f"ALTER SYSTEM SET log_line_prefix = '{_BEGINNING}%a{_END_OF_NAME}'",
    "SELECT pg_reload_conf()",
    "SELECT pg_sleep(0.3)",
)
_OFF = (
    "ALTER SYSTEM RESET log_statement",
    "ALTER SYSTEM RESET log_line_prefix",
    "SELECT pg_reload_conf()",
)
_APPLICATION = "events-face"
_STATEMENT = re.compile(r"LOG:  (?:statement|execute [^:]*): (.*)", re.DOTALL)
_PARAMETERS = re.compile(r"DETAIL:  [Pp]arameters: (.*)", re.DOTALL)
_PARAMETER = re.compile(r"\$(\d+) = (NULL|'(?:[^']|'')*')")

_ANY = (1, 9_000_000_000_000_000_000)


@frozen
class Logged:
    """A statement, and the parameters that it ran with; ``None`` is NULL."""

    text: str
    parameters: tuple[str | None, ...] = ()


async def logged(url: str, log: Path, work: Callable[[], Awaitable[object]]) -> list[Logged]:
    """Return what the service runs on a server while some work is done."""
    await ask(url, *_ON)
    before = len(_text(log))
    try:
        await work()
    finally:
        await ask(url, *_OFF)
    return _parsed(_text(log)[before:])


def _text(log: Path) -> str:
    return log.read_text(encoding="utf-8")


def _parsed(written: str) -> list[Logged]:
    statements: list[Logged] = []
    for entry in written.split(_BEGINNING)[1:]:
        name, _, line = entry.partition(_END_OF_NAME)
        if name != _APPLICATION:
            continue
        line = line.strip("\n")
        if found := _STATEMENT.match(line):
            statements.append(Logged(found[1]))
        elif found := _PARAMETERS.match(line):
            values = [value for _, value in _PARAMETER.findall(found[1])]
            statements[-1] = Logged(statements[-1].text, tuple(map(_unquoted, values)))
    return statements


def _unquoted(value: str) -> str | None:
    return None if value == "NULL" else value[1:-1].replace("''", "'")


@frozen
class Script:
    """A script for pgbench, and the values of its variables that stay as they are."""

    text: str
    variables: dict[str, str]


def script(
    once: Sequence[Logged],
    again: Sequence[Logged],
    *,
    drawn: Mapping[str, tuple[int, int]] | None = None,
) -> Script:
    """Make a script of what ran twice: what differed, and is no time, is new for each client.

    Args:
        once: what ran.
        again: what ran the second time.
        drawn: values of the first time that are drawn from a range instead.
    """
    if [each.text for each in once] != [each.text for each in again]:
        raise ValueError("it ran other statements the second time")
    numbers: dict[str, str] = {}
    constants: dict[str, str] = {}

    def variable(value: str | None, other: str | None) -> str:
        if value is None:
            return "NULL"
        if not value:
            return "''"  # pgbench takes no empty variable
        if value == other or _is_time(value):
            return f":{constants.setdefault(value, f'constant_{len(constants)}')}"
        return f":{numbers.setdefault(value, f'number_{len(numbers)}')}"

    lines: list[str] = []
    for one, other in zip(once, again, strict=True):
        replaced = [*map(variable, one.parameters, other.parameters)]
        text = re.sub(r"\$(\d+)", lambda found: replaced[int(found[1]) - 1], one.text)  # noqa: B023
        # What comes with BEGIN would be statements of their own in pgbench: it keeps plans anyway.
        text = re.sub(r"^BEGIN;.*", "BEGIN", " ".join(text.split()))
        lines.append(text.rstrip(";") + ";")
    ranges = {value: (drawn or {}).get(value, _ANY) for value in numbers}
    draws = [
        f"\\set {name} random({ranges[value][0]}, {ranges[value][1]})"
        for value, name in numbers.items()
    ]
    return Script(
        "\n".join([*draws, *lines, ""]), {name: value for value, name in constants.items()}
    )


def _is_time(value: str) -> bool:
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True
