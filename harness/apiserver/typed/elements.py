"""Path elements: the steps of a path below an object, as ``fieldsV1`` writes them.

``f:name`` is a field, ``k:{"name":"a"}`` the item of a list of objects with these keys, ``v:"a"`` the item of a set with this value,
``i:0`` the item of a list with this index. Two elements are equal when their texts are, as texts are canonical: keys are sorted,
numbers without needless decimals.
"""

from collections.abc import Mapping
from typing import Any, Final

import orjson

from harness.apiserver.fields import go_value
from harness.apiserver.messages import Json
from harness.apiserver.typed.nodes import ListType

Element = str

_RANKS: Final = {"f": 0, "k": 1, "v": 2, "i": 3}
_HTML: Final = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})


class TypedError(ValueError):
    """A value that its type does not fit; the text is structured-merge-diff's."""


def key_element(keys: Mapping[str, Json]) -> Element:
    """Return the element of the list item that has these values under its keys."""
    return "k:" + _canonical({name: keys[name] for name in sorted(keys)})


def value_element(value: Json) -> Element:
    """Return the element of a value in a set."""
    return "v:" + _canonical(value)


def item_element(kind: ListType, item: Json) -> Element:
    """Return the element of an item of a set or a list of objects.

    :raises TypedError: the item cannot be told apart: it lacks every key, or it is no scalar in a set.
    """
    if kind.kind != "map":
        if item.__class__ is str:
            return value_element(item)
        return value_element(_in_set(item))
    if item.__class__ is not dict:
        what = "a null element" if item is None else "non-map elements"
        raise TypedError(f"associative list with keys may not have {what}")
    found = {key: item[key] for key in kind.keys if key in item}
    if len(found) < len(kind.keys):
        for key, value in kind.defaults.items():
            found.setdefault(key, value)
        if not found:
            listed = " ".join(f'"{key}"' for key in kind.keys)
            raise TypedError(
                f"associative list with keys has an element that omits all key fields [{listed}] "
                "(and doesn't have default values for any key fields)"
            )
    return key_element(found)


def _in_set(item: Json) -> Json:
    if isinstance(item, dict):
        raise TypedError("associative list without keys has an element that's a map type")
    if isinstance(item, list):
        raise TypedError("not supported: associative list with lists as elements")
    if item is None:
        raise TypedError("associative list without keys has an element that's an explicit null")
    return item


def read_element(text: str) -> Element:
    """Return the canonical form of an element that a client sent; "" for one of a kind that nobody knows.

    :raises TypedError: it is none.
    """
    kind, colon, rest = text[:1], text[1:2], text[2:]
    if colon != ":":
        raise TypedError(f"missing colon: {text}" if len(text) > 1 else "key must be 2 characters long:")
    if kind == "f":
        return text
    if kind == "i":
        try:
            return f"i:{int(rest)}"
        except ValueError:
            raise TypedError(f'strconv.Atoi: parsing "{rest}": invalid syntax') from None
    if kind not in _RANKS:
        return ""
    try:
        value = orjson.loads(rest)
    except orjson.JSONDecodeError as problem:
        raise TypedError(str(problem)) from None
    if kind == "v":
        return value_element(value)
    if not isinstance(value, dict):
        raise TypedError("expect { or n")
    return key_element(value)


def order(element: Element) -> tuple[Any, ...]:
    """Return what elements are sorted by: fields, keys, values, indexes; each among themselves by what they say."""
    rank = _RANKS.get(element[0], -1)
    if rank <= 0:
        return (rank, element)
    if element[0] == "i":
        return (rank, int(element[2:]))
    value = orjson.loads(element[2:])
    if element[0] == "k":
        return (rank, *((name, *_value_order(item)) for name, item in value.items()))
    return (rank, *_value_order(value))


def printed(element: Element) -> str:
    """Return an element as messages show it: ``.name``, ``[name="a"]``, ``[="a"]``, ``[0]``."""
    kind, rest = element[0], element[2:]
    if kind == "f":
        return "." + rest
    if kind == "i":
        return f"[{rest}]"
    value = orjson.loads(rest)
    if kind == "v":
        return f"[={go_value(value)}]"
    return "[" + ",".join(f"{name}={go_value(item)}" for name, item in value.items()) + "]"


def _value_order(value: Json) -> tuple[int, Any]:
    if isinstance(value, bool):
        return (2, value)
    if isinstance(value, int | float):
        return (0, value)
    return (1, value) if isinstance(value, str) else (3, str(value))


def _canonical(value: Json) -> str:
    """Return JSON as the real server writes it into an element."""
    if isinstance(value, dict):
        value = {name: _number(item) for name, item in value.items()}
    text = orjson.dumps(_number(value)).decode()
    return text.translate(_HTML) if "<" in text or ">" in text or "&" in text else text


def _number(value: Json) -> Json:
    return int(value) if isinstance(value, float) and value.is_integer() else value
