"""A progress bar on standard error, where somebody watches it."""

import sys

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn


def progress_bar(what: str) -> Progress:
    """Return a bar that counts things of a kind; silent where standard error is no terminal."""
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.completed:.0f}"),
        TextColumn(what),
        BarColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
        disable=not sys.stderr.isatty(),
    )
