"""The steps that bring a schema up to date: numbered SQL beside the code of its database."""

from collections.abc import Collection
from importlib.resources import files

from attrs import frozen


@frozen(kw_only=True)
class MigrationStep:
    """A step: its name begins with its number, and its script is plain SQL."""

    name: str
    script: str


def missing_steps(package: str, done: Collection[str]) -> list[MigrationStep]:
    """Return the steps in a package that are not done yet, in their order."""
    resources = sorted(files(package).iterdir(), key=lambda resource: resource.name)
    return [
        MigrationStep(name=name, script=resource.read_text(encoding="utf-8"))
        for resource in resources
        if resource.name.endswith(".sql")
        and (name := resource.name.removesuffix(".sql")) not in done
    ]
