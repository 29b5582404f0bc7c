"""Manifests from disk: what ``kubectl apply -f`` would take."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml

from harness.clusters.cluster import ClusterError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_cache: dict[tuple[str, int], tuple[dict[str, Any], ...]] = {}


def read(path: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Yield every object of a YAML file, or of all ``*.yaml`` and ``*.yml`` files of a folder in the order of their names.

    Files are parsed once per process and change: a scenario that is run under a thousand seeds reads its CRDs once.

    :raises ClusterError: nothing is there, or a file is not YAML.
    """
    if not path.exists():
        raise ClusterError(f"{path}: no such file or folder; give the manifests' path, for instance --crds crds/")
    files = [path] if path.is_file() else sorted(one for one in path.iterdir() if one.suffix in {".yaml", ".yml"})
    if not files:
        raise ClusterError(f"{path}: holds no *.yaml file")
    for file in files:
        for manifest in _parse(file):
            yield file, manifest


def _parse(file: Path) -> tuple[dict[str, Any], ...]:
    key = (str(file.resolve()), file.stat().st_mtime_ns)
    if key not in _cache:
        try:
            with file.open("rb") as stream:
                found = tuple(one for one in yaml.load_all(stream, Loader=_Loader) if one)
        except yaml.YAMLError as error:
            raise ClusterError(f"{file}: not valid YAML: {error}") from error
        for one in found:
            if not isinstance(one, dict) or "kind" not in one or "apiVersion" not in one:
                raise ClusterError(f"{file}: every document needs apiVersion and kind")
        _cache[key] = found
    return _cache[key]
