"""What custom objects do beyond their schema: ``/scale``, and the rules on the counts that it reads and writes."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from harness.apiserver.cluster import Cluster
from harness.apiserver.fields import FieldError, invalid
from harness.apiserver.messages import Json, Object
from harness.apiserver.resources import Resource
from harness.apiserver.resources.strategy import Endpoint, Strategy
from harness.apiserver.scale import ScaleEndpoint

_MOST: Final = 2**31 - 1
_GO_NAMES: Final[tuple[tuple[type, str], ...]] = (
    (bool, "bool"),
    (str, "string"),
    (float, "float64"),
    (int, "int64"),
    (list, "[]interface {}"),
    (dict, "map[string]interface {}"),
)


class ScaledStrategy(Strategy):
    """Objects of a kind whose definition has the subresource ``scale``."""

    def __init__(self, scale: Mapping[str, Any]) -> None:
        self._spec, self._status = scale["specReplicasPath"], scale["statusReplicasPath"]
        self._labels = scale.get("labelSelectorPath") or ""
        self.endpoints: Mapping[str, Endpoint] = {
            "scale": ScaleEndpoint(
                selector=self._selector,
                spec_replicas=_steps(self._spec),
                status_replicas=_steps(self._status),
                spec_text=self._spec,
            )
        }

    def _selector(self, value: Object) -> str:
        found, _ = _find(value, self._labels) if self._labels else ("", "")
        return found if isinstance(found, str) else ""

    def errors(
        self, cluster: Cluster, resource: Resource, value: Object, *, current: Object | None, subresource: str
    ) -> list[FieldError]:
        """Return what is wrong with the counts; of an update of the status, with that in it."""
        del cluster, resource, current
        found = [] if subresource == "status" else [*_count_errors(value, self._spec)]
        found += _count_errors(value, self._status)
        if self._labels:
            text, problem = _find(value, self._labels)
            if problem or not isinstance(text, str | None):
                found.append(invalid(self._labels, "", problem or _mismatch(self._labels, text, "string")))
        return found


def _steps(path: str) -> tuple[str, ...]:
    return tuple(path.removeprefix(".").split("."))


def _count_errors(value: Object, path: str) -> Iterator[FieldError]:
    found, problem = _find(value, path)
    if problem:
        yield invalid(path, 0, problem)
    elif found is None:
        return
    elif isinstance(found, bool) or not isinstance(found, int):
        yield invalid(path, 0, _mismatch(path, found, "int64"))
    elif found < 0:
        yield invalid(path, found, "should be a non-negative integer")
    elif found > _MOST:
        yield invalid(path, found, f"should be less than or equal to {_MOST}")


def _find(value: Json, path: str) -> tuple[Json, str]:
    """Return the value at a path, None where there is none; and why the path cannot be followed."""
    taken: list[str] = []
    for step in _steps(path):
        if not isinstance(value, dict):
            return (
                None,
                f".{'.'.join(_steps(path))} accessor error: {_go(value)} is of the type {_type(value)}, expected map[string]interface{{}}",
            )
        taken.append(step)
        if step not in value:
            return None, ""
        value = value[step]
    return value, ""


def _mismatch(path: str, value: Json, wanted: str) -> str:
    return f".{'.'.join(_steps(path))} accessor error: {_go(value)} is of the type {_type(value)}, expected {wanted}"


def _go(value: Json) -> str:
    if value is None:
        return "<nil>"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _type(value: Json) -> str:
    return next((name for kind, name in _GO_NAMES if isinstance(value, kind)), "<nil>")
