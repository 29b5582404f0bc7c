"""Operators and services from their names.

An operator's module either has ``build(registry, settings)`` and a class ``Settings`` with ``from_environment(environ)``, or it simply decorates
functions with Kopf, as ``kopf run FILE`` takes it. The second sort is imported afresh at each start: a crash must lose its
globals, too.
"""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import kopf

from harness.config import ConfigError
from harness.references import OperatorRefusedError, check_operator, is_file, module_named
from harness.scale import AS_IT_SAYS
from harness.simulation.kopf_process import Loaded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from types import ModuleType

    from harness.clusters.cluster import Address
    from harness.scale import TimeScale


def operator_loader(
    target: str, *, address: Address, environ: Mapping[str, str], scale: TimeScale = AS_IT_SAYS
) -> Callable[[], Loaded]:
    """Return what builds an operator at each of its starts.

    :param target: a module's dotted name, or the path of a file.
    :param environ: what the operator's settings are made of.
    :param scale: what durations among them are multiplied by.
    :raises ConfigError: there is no such module or file.
    """
    check_operator(target)
    if is_file(target):
        return lambda: _decorated(_from_file(Path(target)), address)
    module = module_named(target)
    if hasattr(module, "build"):
        return lambda: _built(module, environ, scale)
    return lambda: _decorated(lambda: _afresh(target), address)


def settings_of(target: str, environ: Mapping[str, str], scale: TimeScale) -> tuple[Any, dict[str, str]]:
    """Return an operator's settings, scaled, and the environment that another process would read them from.

    :raises ConfigError: they cannot be written down: the operator has none of its own, or no ``to_environment``.
    :raises OperatorRefusedError: the operator does not take them.
    """
    check_operator(target)
    module = None if is_file(target) else module_named(target)
    if not hasattr(getattr(module, "Settings", None), "to_environment"):
        raise ConfigError(f"{target}: its settings cannot be handed to a pod: it has no Settings.to_environment()")
    assert module is not None
    settings = _settings(module, environ, scale)
    return settings, dict(settings.to_environment())


def _settings(module: ModuleType, environ: Mapping[str, str], scale: TimeScale) -> Any:
    with _refusals(module):
        return scale.of(module.Settings.from_environment(environ))


@contextlib.contextmanager
def _refusals(module: ModuleType) -> Iterator[None]:
    """Tell a refusal of an operator, an error that its own project defines, from a bug."""
    try:
        yield
    except Exception as error:  # what it may raise is known to the operator only
        if type(error).__module__.partition(".")[0] != module.__name__.partition(".")[0]:
            raise
        raise OperatorRefusedError(f"{module.__name__} will not start: {error}") from error


def _built(module: ModuleType, environ: Mapping[str, str], scale: TimeScale) -> Loaded:
    """Build an operator.

    :raises OperatorRefusedError: it raised an error that its own project defines: settings or policies that it does not
        take, in words for people. Any other error is a bug, and keeps its traceback.
    """
    settings = _settings(module, environ, scale)
    with _refusals(module):
        operator = module.build(kopf.OperatorRegistry(), settings)
    return Loaded(registry=operator.registry, settings=operator.settings, sources=tuple(operator.sources), own=settings)


def _decorated(run: Callable[[], object], address: Address) -> Loaded:
    """Collect what a module decorates, on a registry of its own, and log it in where the rehearsal is."""
    registry = kopf.OperatorRegistry()
    before = kopf.get_default_registry()
    kopf.set_default_registry(registry)
    try:
        run()
    finally:
        kopf.set_default_registry(before)

    def login(**_: Any) -> kopf.ConnectionInfo:
        return kopf.ConnectionInfo(server=address.server, token=address.token or None, ca_path=address.ca_file)

    kopf.on.login(registry=registry)(login)
    return Loaded(registry=registry)


def _from_file(path: Path) -> Callable[[], object]:
    def run() -> object:
        # Not under its own name: a file called operator.py would stand in for the standard library's module.
        name = f"rehearsed_{path.stem}"
        spec = importlib.util.spec_from_file_location(name, path)
        if spec is None or spec.loader is None:
            raise ConfigError(f"{path} is not a Python file")
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module  # dataclasses look their module up there
        spec.loader.exec_module(module)
        return module

    return run


def _afresh(name: str) -> ModuleType:
    """Import a module, and the package around it, as a new process would."""
    for known in [one for one in sys.modules if one == name or one.startswith(name + ".")]:
        del sys.modules[known]
    return importlib.import_module(name)
