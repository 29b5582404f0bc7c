"""Stages in YAML: documents of kind ``Stage`` in the shape of KWOK's, with data in place of templates.

    apiVersion: kwok.x-k8s.io/v1alpha1
    kind: Stage
    metadata: {name: web-fails}
    spec:
      resourceRef: {apiGroup: v1, kind: Pod}
      selector:
        matchLabels: {app: web}
        matchExpressions: [{key: .status.phase, operator: In, values: [Running]}]
      delay: {durationMilliseconds: 3000}
      next: {act: fail}

``next`` holds ``delete: true``, ``act`` (schedule, run, succeed, fail, make ready) or ``status``, a merge patch. KWOK's Go
templates and jitter are not understood, and refused.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import yaml

from harness.apiserver.stages.stage import ACTS, Delay, Expression, Next, Stage

_STEP: Final = re.compile(r'\.([A-Za-z0-9_-]+)|\.?\["([^"]+)"\]')
_OPERATORS = ("In", "NotIn", "Exists", "DoesNotExist")
_FIELDS: Final = {
    "spec": ("resourceRef", "selector", "delay", "next"),
    "spec.selector": ("matchLabels", "matchAnnotations", "matchExpressions"),
    "spec.delay": ("durationMilliseconds", "durationFrom"),
    "spec.next": ("act", "status", "delete"),
}


class StagesError(ValueError):
    """A file that holds no stages, or stages that cannot be played; the text says which and why."""


def read_stages(path: Path) -> tuple[Stage, ...]:
    """Read the stages in a file, in order.

    :raises StagesError: the file is unreadable, or something in it is no stage that can be played.
    """
    try:
        documents = list(yaml.safe_load_all(path.read_text()))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as problem:
        raise StagesError(f"{path}: {problem}") from None
    found = tuple(_stage(one, f"{path}: document {number}") for number, one in enumerate(documents, 1) if one)
    if not found:
        raise StagesError(f"{path}: no document of kind Stage")
    return found


def _stage(document: Any, where: str) -> Stage:
    if not isinstance(document, Mapping) or document.get("kind") != "Stage":
        raise StagesError(f"{where}: a document of kind Stage was expected")
    name = _mapping(document, "metadata", where).get("name")
    if not isinstance(name, str) or not name:
        raise StagesError(f"{where}: metadata.name is missing")
    where, spec = f"{where} ({name})", _mapping(document, "spec", where)
    for path, known in _FIELDS.items():
        holder = spec if path == "spec" else _mapping(spec, path.removeprefix("spec."), where)
        if unknown := [one for one in holder if one not in known]:
            raise StagesError(f"{where}: {path}.{unknown[0]} is not understood; known are {', '.join(known)}")
    reference, selector = _mapping(spec, "resourceRef", where), _mapping(spec, "selector", where)
    kind = reference.get("kind")
    if not isinstance(kind, str) or not kind:
        raise StagesError(f"{where}: spec.resourceRef.kind is missing")
    group = str(reference.get("apiGroup") or "")
    return Stage(
        name=name,
        kind=kind,
        group="" if group == "v1" else group.partition("/")[0],
        labels=_texts(selector, "matchLabels", where),
        annotations=_texts(selector, "matchAnnotations", where),
        expressions=tuple(_expressions(selector.get("matchExpressions") or [], where)),
        delay=_delay(_mapping(spec, "delay", where), where),
        next=_next(_mapping(spec, "next", where), where),
    )


def _mapping(holder: Mapping[str, Any], name: str, where: str) -> Mapping[str, Any]:
    found = holder.get(name)
    if found is None:
        return {}
    if not isinstance(found, Mapping):
        raise StagesError(f"{where}: {name} is no mapping")
    return found


def _texts(selector: Mapping[str, Any], name: str, where: str) -> dict[str, str]:
    return {str(key): str(value) for key, value in _mapping(selector, name, where).items()}


def _expressions(found: Any, where: str) -> Iterator[Expression]:
    for one in found if isinstance(found, list) else [found]:
        if not isinstance(one, Mapping):
            raise StagesError(f"{where}: an entry of matchExpressions is no mapping")
        operator, values = one.get("operator"), one.get("values") or []
        if operator not in _OPERATORS:
            raise StagesError(f"{where}: operator {operator!r}; known are {', '.join(_OPERATORS)}")
        if not isinstance(values, list) or bool(values) != (operator in {"In", "NotIn"}):
            raise StagesError(f"{where}: values belong to In and NotIn, as a list")
        texts = tuple(str(value).lower() if isinstance(value, bool) else str(value) for value in values)
        yield Expression(_path(str(one.get("key") or ""), where), operator, texts)


def _path(key: str, where: str) -> tuple[str, ...]:
    steps = [match[1] or match[2] for match in _STEP.finditer(key)]
    if not steps or _STEP.sub("", key):
        raise StagesError(f'{where}: key {key!r} is no path such as .status.phase or .metadata.annotations["a/b"]')
    return tuple(steps)


def _delay(found: Mapping[str, Any], where: str) -> Delay:
    milliseconds = found.get("durationMilliseconds", 0)
    if isinstance(milliseconds, bool) or not isinstance(milliseconds, int) or milliseconds < 0:
        raise StagesError(f"{where}: durationMilliseconds must be a number, 0 or more")
    annotation = ""
    if (source := found.get("durationFrom")) is not None:
        steps = _path(str(source), where)
        if steps[:2] != ("metadata", "annotations") or len(steps) != 3:
            raise StagesError(f"{where}: durationFrom must name an annotation")
        annotation = steps[2]
    return Delay(timedelta(milliseconds=milliseconds), annotation)


def _next(found: Mapping[str, Any], where: str) -> Next:
    act, status, delete = found.get("act"), found.get("status"), found.get("delete", False)
    if act is not None and act not in ACTS:
        raise StagesError(f"{where}: act {act!r}; known are {', '.join(ACTS)}")
    if status is not None and not isinstance(status, Mapping):
        raise StagesError(f"{where}: next.status is no mapping")
    if sum((act is not None, status is not None, delete is True)) != 1:
        raise StagesError(f"{where}: next takes one of act, status and delete")
    return Next(act=act, status=status, delete=delete is True)
