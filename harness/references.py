"""What the names in ``[tool.harness]`` and in options stand for: looked up without running what they name.

Nothing heavy is imported here: options are checked in every pytest run, also where no scenario is.
"""

from __future__ import annotations

import importlib
import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING, Any

from harness.config import Config, ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import ModuleType


class OperatorRefusedError(Exception):
    """An operator will not start as it is set up; the message is its own, and fit for people."""


def module_named(name: str) -> ModuleType:
    """Import a module.

    :raises ConfigError: there is no such module. One that lacks a module itself raises that error, with its traceback.
    """
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name is not None and (name == error.name or name.startswith(error.name + ".")):
            raise ConfigError(f"no module {name!r}; is it importable from here?") from None
        raise


def attribute(target: str) -> Any:
    """Return what ``module:name`` names.

    :raises ConfigError: there is no such thing.
    """
    module, _, name = target.partition(":")
    try:
        return getattr(module_named(module), name)
    except AttributeError:
        raise ConfigError(f"module {module} has no {name!r}") from None


def defect(config: Config, name: str) -> Any:
    """Return a historic defect by its name.

    :raises ConfigError: there is no such defect.
    """
    known: Mapping[str, Any] = attribute(config.defects) if config.defects else {}
    if name not in known:
        raise ConfigError(f"unknown defect {name!r}; there are: {', '.join(sorted(known)) or 'none'}")
    return known[name]


def is_file(operator: str) -> bool:
    """Whether an operator is named by its file, not by its module."""
    return operator.endswith(".py") or "/" in operator


def check_operator(target: str) -> None:
    """Look whether there is an operator of this name.

    :param target: a module's dotted name, or the path of a file.
    :raises ConfigError: there is no such module or file.
    """
    if is_file(target):
        if not Path(target).is_file():
            raise ConfigError(f"no operator at {target}: give a file, or a module that can be imported from here")
        return
    try:
        found = importlib.util.find_spec(target)
    except (ModuleNotFoundError, ValueError):
        found = None
    if found is None:
        raise ConfigError(
            f"no operator {target!r}: give a module that can be imported from here, or the path of a file"
        )
