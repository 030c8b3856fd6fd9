"""Texts from template files, with dates as each language writes them."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from string import Template
from zoneinfo import ZoneInfo

from events_face_adapters.texts.moments import LANGUAGES, moment_in_words
from events_face_core.notifications import Fact


class TemplateTexts:
    """``Texts`` from ``templates/<language>/<template>.txt``.

    The files use ``$name`` for facts (``string.Template``): what a visitor or an aggregator
    wrote is put in as it is and never read as a template.
    """

    def __init__(self, timezone: ZoneInfo) -> None:
        self._timezone = timezone
        self._template = cache(_read)

    def text(self, template: str, language: str, facts: Mapping[str, Fact]) -> str:
        """Return a text; a missing template or fact is a ``LookupError``."""
        words = {name: self._word(fact, language) for name, fact in facts.items()}
        return self._template(template, language).substitute(words)

    def check(self, templates: Iterable[str]) -> None:
        """Raise ``LookupError`` unless every template is there in every language."""
        for template in templates:
            for language in LANGUAGES:
                self._template(template, language)

    def _word(self, fact: Fact, language: str) -> str:
        if isinstance(fact, datetime):
            return moment_in_words(fact, language, self._timezone)
        return fact or ""


def _read(template: str, language: str) -> Template:
    directory: Traversable = files("events_face_adapters.texts") / "templates" / language
    resource = directory / f"{template}.txt"
    if not resource.is_file():
        raise LookupError(f"there is no text {template!r} in {language!r}")
    return Template(resource.read_text(encoding="utf-8").strip())
