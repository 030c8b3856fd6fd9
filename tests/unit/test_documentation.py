"""What the documents say is what the software does."""

import re
from pathlib import Path

import pytest

from events_face_runners.wiring.loading import PREFIX, shown
from events_face_runners.wiring.settings import Settings

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| `(EVENTS_FACE_\w+)` \| (?:`([^`]*)`)? ?\| ", re.MULTILINE)


def test_the_settings_table_has_every_setting_with_its_default() -> None:
    documented = dict(ROW.findall(README))

    defaults = {
        PREFIX + name.upper(): str(value).lower() if isinstance(value, bool) else str(value)
        for name, value in shown(Settings()).items()
    }
    assert documented == {name: _as_documented(value) for name, value in defaults.items()}


def _as_documented(value: str) -> str:
    """An hour and a minute are written as the contract writes them."""
    return {"1h": "60m", "1m": "60s"}.get(value, value)


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md", "docs/adr/README.md"])
def test_every_link_to_a_file_leads_somewhere(document: str) -> None:
    path = ROOT / document

    links = re.findall(r"\]\((?!https?://)([^)#]+)\)", path.read_text(encoding="utf-8"))

    assert [link for link in links if not (path.parent / link).exists()] == []


def test_every_decision_is_listed() -> None:
    directory = ROOT / "docs" / "adr"

    listed = set(re.findall(r"\]\((\d{4}[^)]+)\)", (directory / "README.md").read_text("utf-8")))

    assert listed == {path.name for path in directory.glob("[0-9]*.md")}
