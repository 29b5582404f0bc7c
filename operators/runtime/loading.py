"""Settings from flags, environment and a file, in this order of precedence, into any frozen dataclass.

A field ``audit_timeout`` is the flag ``audit_timeout``, the variable ``KUBERNAUT_AUDIT_TIMEOUT`` and the key
``audit_timeout`` (or ``audit-timeout``) of a YAML file; a field that is itself such a dataclass adds its name in front:
``connection.server``, ``KUBERNAUT_CONNECTION_SERVER``. A field may name a variable of its own beside that
(``metadata={"env": "KUBERNETES_SERVER"}``), as others expect it. Spans are Go duration text (``1h0m0s``). The file is the one given,
else the one that ``KUBERNAUT_CONFIG`` names.
"""

import dataclasses
import types
import typing
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

import yaml

from operators.api.times import format_duration, parse_duration
from operators.runtime.errors import SettingsError

__all__ = ["dump", "load"]

PREFIX = "KUBERNAUT_"
_FILE = PREFIX + "CONFIG"

_T = TypeVar("_T")


@dataclasses.dataclass(frozen=True, slots=True)
class _Given:
    """A raw value and where it came from, for people."""

    value: Any
    source: str


def load(
    cls: type[_T],
    *,
    flags: Mapping[str, Any] | None = None,
    environ: Mapping[str, str] | None = None,
    file: Path | None = None,
) -> _T:
    """An instance of ``cls`` whose fields are set by what is given; the rest keep their defaults.

    :param flags: values by field path (``connection.server``); None means not given.
    :raises SettingsError: an unknown key, a value of the wrong kind, a file that cannot be read; names field, value, source.
    """
    environ = environ or {}
    path = file or (Path(environ[_FILE]) if environ.get(_FILE) else None)
    known = _paths(cls)
    given: dict[str, _Given] = {}
    if path is not None:
        given |= {name: _Given(value, f"file {path}") for name, value in _flatten(_read(path)).items()}
    for name, variables in known.items():
        for variable in variables:
            if variable in environ:
                given[name] = _Given(environ[variable], f"variable {variable}")
    for name, value in (flags or {}).items():
        if value is not None:
            given[name] = _Given(value, f"flag --{name.replace('.', '-').replace('_', '-')}")
    for name, origin in given.items():
        if name not in known:
            raise SettingsError(
                f"setting {name} (from {origin.source}) is not known; there are: {', '.join(sorted(known))}",
            )
    return _build(cls, given, prefix="")


def dump(settings: Any) -> dict[str, str]:
    """The variables from which `load` would make the same settings; fields that are as by default are left out."""
    return _dumped(settings, type(settings), prefix=PREFIX)


def _dumped(settings: Any, cls: Any, *, prefix: str) -> dict[str, str]:
    found: dict[str, str] = {}
    hints = typing.get_type_hints(cls)
    for field in dataclasses.fields(cls):
        value, name = getattr(settings, field.name), prefix + field.name.upper()
        if value is None or value == field.default:
            continue
        kind = _plain(hints[field.name])
        if dataclasses.is_dataclass(kind):
            found |= _dumped(value, kind, prefix=f"{name}_")
        else:
            found[name] = format_duration(value) if isinstance(value, timedelta) else str(value)
    return found


def _read(path: Path) -> Mapping[str, Any]:
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise SettingsError(f"settings file {path} cannot be read: {error}") from error
    if content is None:
        return {}
    if not isinstance(content, dict):
        raise SettingsError(f"settings file {path} holds a {type(content).__name__}; expected a mapping of settings")
    return content


def _flatten(content: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, value in content.items():
        name = prefix + str(key).replace("-", "_")
        flat |= _flatten(value, f"{name}.") if isinstance(value, dict) else {name: value}
    return flat


def _paths(cls: Any, prefix: str = "") -> dict[str, tuple[str, ...]]:
    """The settable field paths and the variables of each, the one that wins last."""
    hints, paths = typing.get_type_hints(cls), dict[str, tuple[str, ...]]()
    for field in dataclasses.fields(cls):
        path, kind = prefix + field.name, _plain(hints[field.name])
        if dataclasses.is_dataclass(kind):
            paths |= _paths(kind, f"{path}.")
        else:
            own = PREFIX + path.replace(".", "_").upper()
            paths[path] = (field.metadata["env"], own) if "env" in field.metadata else (own,)
    return paths


def _build(cls: type[_T], given: Mapping[str, _Given], *, prefix: str) -> _T:
    values: dict[str, Any] = {}
    hints = typing.get_type_hints(cls)
    for field in dataclasses.fields(cls):  # type: ignore[arg-type]
        name = field.name
        path, kind = prefix + name, _plain(hints[name])
        if dataclasses.is_dataclass(kind):
            if any(key.startswith(f"{path}.") for key in given):
                values[name] = _build(kind, given, prefix=f"{path}.")  # type: ignore[arg-type]
        elif path in given:
            values[name] = _convert(path, given[path], kind)
    try:
        return cls(**values)
    except (TypeError, ValueError) as error:
        where = f"settings {prefix.rstrip('.')}" if prefix else "settings"
        raise SettingsError(f"{where}: {error}") from error


def _convert(path: str, given: _Given, kind: Any) -> Any:
    value = given.value
    try:
        if isinstance(value, kind) and not (kind is int and isinstance(value, bool)):
            return value
        if kind is timedelta:
            return parse_duration(str(value))
        if kind is bool:
            return {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}[str(value).lower()]
        return kind(value)
    except (KeyError, TypeError, ValueError) as error:
        wanted = {timedelta: "a duration such as 1h0m0s", bool: "true or false"}.get(
            kind, f"a value of type {kind.__name__}"
        )
        raise SettingsError(f"setting {path} (from {given.source}): {value!r} is not {wanted}") from error


def _plain(hint: Any) -> Any:
    """The type behind ``X | None``; everything else as it is."""
    if typing.get_origin(hint) in {typing.Union, types.UnionType}:
        inner = [argument for argument in typing.get_args(hint) if argument is not type(None)]
        return inner[0] if len(inner) == 1 else hint
    return hint
