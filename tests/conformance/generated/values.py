"""Strategies for values of a schema: mostly valid, now and then of another kind."""

from typing import Any

from hypothesis import strategies as st

from .schemas import JUNK

_STRINGS = ("a", "b", "ab", "", "x", "abcd", "2020-01-01T00:00:00Z", "2020-01-01", "10.0.0.1", "YQ==", "1h", "é")
_NUMBERS = (0, 1, 2, 4, 9, 10, -1, 2**31, 2**53)
_SCALARS: dict[str, tuple[Any, ...]] = {
    "string": _STRINGS,
    "integer": _NUMBERS,
    "number": (*_NUMBERS, 1.5, 1e3),
    "boolean": (True, False),
}
_ANY: tuple[Any, ...] = (1, "50%", {"a": None}, [1, "x"])


@st.composite
def values(draw: st.DrawFn, schema: dict[str, Any]) -> Any:
    """Return something that may stand where ``schema`` is; one in ten is junk."""
    if draw(st.integers(0, 9)) == 9:
        return draw(st.sampled_from(JUNK))
    if "properties" in schema:
        found = {name: draw(values(one)) for name, one in schema["properties"].items() if draw(st.booleans())}
        found |= {name: draw(values(schema["properties"][name])) for name in schema.get("required", [])}
        return found | ({"unknown": 1} if draw(st.integers(0, 9)) == 9 else {})
    if "additionalProperties" in schema:
        return draw(
            st.dictionaries(st.sampled_from(["k", "l", "m"]), values(schema["additionalProperties"]), max_size=3)
        )
    if schema.get("type") == "array":
        return draw(st.lists(values(schema["items"]), max_size=3))
    return draw(_scalars(schema))


def _scalars(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    if schema.get("x-kubernetes-embedded-resource"):
        return st.just({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "in"}, "data": {"a": "b"}})
    return st.sampled_from(_SCALARS.get(schema.get("type", ""), _ANY))
