"""HorizontalPodAutoscalers of v1: what that version has no fields for travels in annotations, as in the real server.

v1 knows one metric, the use of CPU. Other metrics, the behaviour, the current metrics and the conditions become texts of JSON
in annotations when a v2 object is read as v1, and are taken out of them when it is written back.
"""

from typing import Any, Final

import orjson

from harness.apiserver.messages import Json, Object

_PREFIX: Final = "autoscaling.alpha.kubernetes.io/"
METRICS, CURRENT, CONDITIONS, BEHAVIOR = (
    f"{_PREFIX}{name}" for name in ("metrics", "current-metrics", "conditions", "behavior")
)
_ANNOTATIONS: Final = (METRICS, CURRENT, CONDITIONS, BEHAVIOR)
DEFAULT_CPU_PERCENT: Final = 80

_SOURCES: Final = {
    "Object": "object",
    "Pods": "pods",
    "Resource": "resource",
    "ContainerResource": "containerResource",
    "External": "external",
}


class AutoscalerV1:
    """The version v1, made of v2 and turned into it."""

    @staticmethod
    def from_stored(value: Object) -> Object:
        """Return a v2 object in v1."""
        spec, status, metadata = value.get("spec") or {}, value.get("status") or {}, value["metadata"]
        notes = {name: text for name, text in (metadata.get("annotations") or {}).items() if name not in _ANNOTATIONS}
        found = {name: spec[name] for name in ("scaleTargetRef", "minReplicas", "maxReplicas") if name in spec}
        metrics = spec.get("metrics") or []
        if cpu := next((one for one in metrics if _is_cpu(one)), None):
            found["targetCPUUtilizationPercentage"] = cpu["resource"]["target"]["averageUtilization"]
        if others := [_old_metric(one, "target") for one in metrics if not _is_cpu(one)]:
            notes[METRICS] = _text(others)
        if current := status.get("currentMetrics"):
            notes[CURRENT] = _text([_old_metric(one, "current") for one in current])
        if spec.get("behavior") is not None:
            notes[BEHAVIOR] = _text(_named_as_in_code(spec["behavior"]))
        if conditions := status.get("conditions"):
            notes[CONDITIONS] = _text([_condition(one) for one in conditions])
        return {
            **value,
            "metadata": _with_annotations(metadata, notes),
            "spec": found,
            "status": _old_status(status),
        }

    @staticmethod
    def to_stored(value: Object) -> Object:
        """Return a v1 object in v2."""
        spec, status, metadata = value.get("spec") or {}, value.get("status") or {}, value["metadata"]
        notes = metadata.get("annotations") or {}
        percent = spec.get("targetCPUUtilizationPercentage")
        metrics = [_new_metric(one, "target") for one in _read(notes, METRICS, [])]
        metrics += [] if percent is None else [cpu_metric(percent)]
        found = {name: item for name, item in spec.items() if name != "targetCPUUtilizationPercentage"}
        found["metrics"] = metrics or [cpu_metric(DEFAULT_CPU_PERCENT)]
        if behavior := _read(notes, BEHAVIOR, None):
            found["behavior"] = _named_as_in_json(behavior)
        new: Object = {
            name: status[name]
            for name in ("observedGeneration", "lastScaleTime", "currentReplicas", "desiredReplicas")
            if status.get(name) is not None
        }
        if not new.get("currentReplicas"):
            new.pop("currentReplicas", None)
        new["currentMetrics"] = [_new_metric(one, "current") for one in _read(notes, CURRENT, [])] or _cpu_status(
            status
        )
        if conditions := _read(notes, CONDITIONS, None):
            new["conditions"] = conditions
        kept = {name: text for name, text in notes.items() if name not in _ANNOTATIONS}
        return {**value, "metadata": _with_annotations(metadata, kept), "spec": found, "status": new}


def cpu_metric(percent: int) -> Object:
    """Return the metric that v1 has a field for: the use of CPU, in per cent of what was asked for."""
    target = {"type": "Utilization", "averageUtilization": percent}
    return {"type": "Resource", "resource": {"name": "cpu", "target": target}}


def _is_cpu(metric: Object) -> bool:
    source = metric.get("resource") or {}
    used = (source.get("target") or {}).get("averageUtilization")
    return metric.get("type") == "Resource" and source.get("name") == "cpu" and used is not None


def _with_annotations(metadata: Object, notes: Object) -> Object:
    out = {name: item for name, item in metadata.items() if name != "annotations"}
    return {**out, "annotations": notes} if notes else out


def _old_status(status: Object) -> Object:
    found: Object = {
        name: status[name] for name in ("observedGeneration", "lastScaleTime") if status.get(name) is not None
    }
    found |= {name: status.get(name) or 0 for name in ("currentReplicas", "desiredReplicas")}
    for one in status.get("currentMetrics") or ():
        source = one.get("resource") or {}
        used = (source.get("current") or {}).get("averageUtilization")
        if one.get("type") == "Resource" and source.get("name") == "cpu" and used is not None:
            found["currentCPUUtilizationPercentage"] = used
    return found


def _cpu_status(status: Object) -> list[Object] | None:
    percent = status.get("currentCPUUtilizationPercentage")
    if percent is None:
        return None
    return [{"type": "Resource", "resource": {"name": "cpu", "current": {"averageUtilization": percent}}}]


def _old_metric(metric: Object, part: str) -> Object:
    """Return a metric, or its ``current`` value, as v1 writes it into an annotation; the order of fields is Go's."""
    kind = metric.get("type", "")
    name = _SOURCES.get(kind, "")
    source = metric.get(name)
    return {"type": kind} if source is None else {"type": kind, name: _old_source(kind, source, part)}


def _old_source(kind: str, source: Object, part: str) -> Object:
    values = source.get(part) or {}
    value, average = values.get("value"), values.get("averageValue")
    used, name = values.get("averageUtilization"), (source.get("metric") or {}).get("name", "")
    selector = (source.get("metric") or {}).get("selector")
    now = part == "current"
    match kind:
        case "Object":
            about = source.get("describedObject") or {}
            target = {one: about[one] for one in ("kind", "name", "apiVersion") if about.get(one)}
            found = {"target": target, "metricName": name, f"{part}Value": value or "0"}
            return _present(found, selector=selector, averageValue=average)
        case "Pods":
            return _present({"metricName": name, f"{part}AverageValue": average or "0"}, selector=selector)
        case "External":
            found = _present({"metricName": name}, metricSelector=selector)
            found |= {"currentValue": value or "0"} if now else _present({}, targetValue=value)
            return _present(found, **{f"{part}AverageValue": average})
    found = _present({"name": source.get("name", "")}, **{f"{part}AverageUtilization": used})
    found |= {"currentAverageValue": average or "0"} if now else _present({}, targetAverageValue=average)
    return found | ({"container": source.get("container", "")} if kind == "ContainerResource" else {})


def _new_metric(metric: Object, part: str) -> Object:
    kind = metric.get("type", "")
    name = _SOURCES.get(kind, "")
    source = metric.get(name)
    return {"type": kind} if source is None else {"type": kind, name: _new_source(kind, source, part)}


def _new_source(kind: str, source: Object, part: str) -> Object:
    now = part == "current"
    value, average = source.get(f"{part}Value"), source.get(f"{part}AverageValue")
    selector = source.get("metricSelector") if kind == "External" else source.get("selector")
    metric = _present({"name": source.get("metricName", "")}, selector=selector)
    match kind:
        case "Object":
            average = source.get("averageValue")
            value = None if average is not None and value == "0" and not now else value
            values = {} if now else {"type": "Value" if average is None else "AverageValue"}
            values = _present(values, value=value, averageValue=average)
            return {"describedObject": source.get("target") or {}, part: values, "metric": metric}
        case "Pods":
            return {"metric": metric, part: _present({} if now else {"type": "AverageValue"}, averageValue=average)}
        case "External":
            values = {} if now else {"type": "AverageValue" if value is None else "Value"}
            return {"metric": metric, part: _present(values, value=value, averageValue=average)}
    used = source.get(f"{part}AverageUtilization")
    values = {} if now else {"type": "AverageValue" if used is None else "Utilization"}
    values = _present(values, averageValue=average, averageUtilization=used)
    container = {"container": source.get("container", "")} if kind == "ContainerResource" else {}
    return {"name": source.get("name", ""), part: values} | container


def _present(found: Object, **fields: Json) -> Object:
    return found | {name: value for name, value in fields.items() if value is not None}


def _condition(condition: Object) -> Object:
    """Return a condition with its fields in Go's order."""
    order = ("type", "status", "lastTransitionTime", "reason", "message")
    return {name: condition.get(name) for name in order if name in {*condition, "lastTransitionTime"}}


_RULES: Final = (
    ("StabilizationWindowSeconds", "stabilizationWindowSeconds"),
    ("SelectPolicy", "selectPolicy"),
    ("Policies", "policies"),
    ("Tolerance", "tolerance"),
)
_POLICY: Final = (("Type", "type"), ("Value", "value"), ("PeriodSeconds", "periodSeconds"))


def _named_as_in_code(behavior: Object) -> Object:
    """Return a behaviour by the names of the server's own type, which is what it writes into the annotation."""

    def rules(found: Object | None) -> Json:
        if found is None:
            return None
        out = {code: found.get(name) for code, name in _RULES}
        if found.get("policies") is not None:
            out["Policies"] = [{code: one.get(name) for code, name in _POLICY} for one in found["policies"]]
        return out

    return {"ScaleUp": rules(behavior.get("scaleUp")), "ScaleDown": rules(behavior.get("scaleDown"))}


def _named_as_in_json(behavior: Object) -> Object:
    def rules(found: Object) -> Object:
        out = {name: found[code] for code, name in _RULES if found.get(code) is not None}
        if "policies" in out:
            out["policies"] = [{name: one.get(code) for code, name in _POLICY} for one in out["policies"]]
        return out

    pairs = (("scaleUp", "ScaleUp"), ("scaleDown", "ScaleDown"))
    return {name: rules(behavior[code]) for name, code in pairs if behavior.get(code) is not None}


def _text(value: Json) -> str:
    return orjson.dumps(value).decode()


def _read(notes: Object, name: str, otherwise: Json) -> Any:
    """Return the JSON in an annotation; what is none is not looked at, as in the real server."""
    try:
        return orjson.loads(notes[name])
    except (KeyError, orjson.JSONDecodeError):
        return otherwise
