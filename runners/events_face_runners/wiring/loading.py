"""Where settings come from: the environment over a YAML file over the defaults, key by key."""

import difflib
import re
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

import msgspec
import yaml
from attrs import frozen

from events_face_runners.wiring.durations import format_duration, parse_duration
from events_face_runners.wiring.settings import SECRETS, URLS_WITH_PASSWORDS, Settings
from events_face_runners.wiring.settings_checks import check_together, check_value

PREFIX = "EVENTS_FACE_"
CONFIG_VARIABLE = f"{PREFIX}CONFIG"

_TYPES: Mapping[str, Any] = get_type_hints(Settings, include_extras=True)
_TRUTH = {"yes": True, "on": True, "no": False, "off": False}
_ALIKE = 0.6
_USER_PASSWORD = re.compile(r"^([^:/?#]+://[^:/?#@]*):.+@")
_QUERY_PASSWORD = re.compile(r"([?&]password=)[^&#]+")


class SettingsError(Exception):
    """A setting is bad; the message is one line that begins with its name."""


@frozen(kw_only=True)
class LoadedSettings:
    """The settings, and one-line warnings about what was passed over."""

    settings: Settings
    warnings: tuple[str, ...] = ()


def load_settings(environment: Mapping[str, str], path: Path | None = None) -> LoadedSettings:
    """Load the settings.

    Args:
        environment: the environment variables.
        path: the file; by default the one that ``EVENTS_FACE_CONFIG`` names, if it does.

    Raises:
        SettingsError: the file cannot be read or holds an unknown key, or a value is bad.
    """
    if path is None and environment.get(CONFIG_VARIABLE):
        path = Path(environment[CONFIG_VARIABLE])
    values = {} if path is None else _from_file(path)
    known = {PREFIX + name.upper(): name for name in _TYPES}
    for variable, name in known.items():
        if variable in environment:
            values[name] = _converted(variable, name, environment[variable])
    settings = Settings(**values)
    try:
        check_together(settings)
    except ValueError as error:
        raise SettingsError(str(error)) from error
    strangers = sorted(
        variable
        for variable in environment
        if variable.startswith(PREFIX) and variable not in {*known, CONFIG_VARIABLE}
    )
    return LoadedSettings(
        settings=settings,
        warnings=tuple(_stranger(variable, known) for variable in strangers),
    )


def shown(settings: Settings) -> dict[str, str | int | bool]:
    """Return the settings as they may be shown: durations in words, secrets masked."""
    return {name: _shown(name, getattr(settings, name)) for name in _TYPES}


def _from_file(path: Path) -> dict[str, Any]:
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read: {error.strerror}") from error
    except (yaml.YAMLError, ValueError) as error:  # dates that are none, bytes that are no text
        reason = " ".join(str(error).split())
        raise SettingsError(f"{path}: is not YAML: {reason}") from error
    if content is None:
        return {}
    if not isinstance(content, dict):
        raise SettingsError(f"{path}: must hold keys and values")
    return {
        name: _converted(f"{path}: {key}", name, value) for key, name, value in _flat(path, content)
    }


def _flat(path: Path, content: Mapping[Any, Any], above: str = "") -> list[tuple[str, str, Any]]:
    """Return (key as written, name of the setting, value) of every leaf."""
    leaves = []
    for key, value in content.items():
        dotted = f"{above}{key}"
        name = dotted.replace(".", "_")
        if name in _TYPES:
            leaves.append((dotted, name, value))
        elif isinstance(value, dict) and any(n.startswith(f"{name}_") for n in _TYPES):
            leaves += _flat(path, value, f"{dotted}.")
        elif value is None and any(n.startswith(f"{name}_") for n in _TYPES):
            continue  # a section that is there but empty
        else:
            raise SettingsError(f"{path}: unknown key {dotted}{_closest(name, list(_TYPES))}")
    return leaves


def _converted(shown_name: str, name: str, value: object) -> Any:  # noqa: ANN401  # any setting
    try:
        converted = _convert(name, value)
        check_value(name, converted)
    except (ValueError, msgspec.ValidationError) as error:
        raise SettingsError(f"{shown_name}: {error}") from error
    return converted


def _convert(name: str, value: object) -> object:
    if _TYPES[name] is timedelta:
        return parse_duration(str(value))
    if isinstance(value, bool) and _TYPES[name] is not bool:
        raise ValueError("must not be a truth value; put words such as yes and on in quotes")
    if get_origin(_TYPES[name]) is Literal and value not in get_args(_TYPES[name]):
        raise ValueError(f"must be one of {', '.join(get_args(_TYPES[name]))}")
    if _TYPES[name] is bool and isinstance(value, str):
        value = _TRUTH.get(value.strip().lower(), value.strip().lower())
    # Values from the environment are all strings: "8080" is a number where one is wanted.
    return msgspec.convert(value, _TYPES[name], strict=False)


def _stranger(variable: str, known: Mapping[str, str]) -> str:
    return (
        f"{variable} is no setting of events-face and is ignored{_closest(variable, [*known], 0)}"
    )


def _closest(name: str, known: list[str], alike: float = _ALIKE) -> str:
    closest = difflib.get_close_matches(name, known, n=1, cutoff=alike)
    return f"; did you mean {closest[0]}?" if closest else ""


def _shown(name: str, value: object) -> str | int | bool:
    if isinstance(value, timedelta):
        return format_duration(value)
    if name in SECRETS:
        return "***" if value else ""
    if name in URLS_WITH_PASSWORDS and isinstance(value, str) and value:
        return _without_password(value)
    return value if isinstance(value, bool | int) else str(value)


def _without_password(value: str) -> str:
    # Not by a parser: it refuses what drivers take, such as several hosts.
    masked = _USER_PASSWORD.sub(r"\1:***@", value)
    return _QUERY_PASSWORD.sub(r"\1***", masked)
