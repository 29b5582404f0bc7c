"""JSON as YAML, as the real server lays it out."""

from collections.abc import Iterator
from io import StringIO
from typing import Any, Final

import yaml

from harness.apiserver.messages import Json

_Dumper: Final = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
_MAP: Final = "tag:yaml.org,2002:map"
_SEQUENCE: Final = "tag:yaml.org,2002:seq"


def to_yaml(value: Json) -> bytes:
    """Return a value as YAML, with the names in the order of the alphabet."""
    try:
        text: str = yaml.dump(value, Dumper=_Dumper, default_flow_style=False, allow_unicode=True)
    except RecursionError:
        text = yaml.emit(_events(value), Dumper=_Dumper, allow_unicode=True)
    return text.encode()


def _events(value: Json) -> Iterator[Any]:
    """Yield what PyYAML would make of a value that it has no stack for, from a list for a stack."""
    scalars: Any = yaml.SafeDumper(StringIO())
    todo: list[Any] = [value]
    yield yaml.StreamStartEvent()
    yield yaml.DocumentStartEvent(explicit=False)
    while todo:
        one = todo.pop()
        if isinstance(one, yaml.Event):
            yield one
        elif one.__class__ is dict:
            yield yaml.MappingStartEvent(None, _MAP, implicit=True, flow_style=not one)
            todo.append(yaml.MappingEndEvent())
            for name in sorted(one, reverse=True):
                todo += (one[name], _scalar(scalars, name))
        elif one.__class__ is list:
            yield yaml.SequenceStartEvent(None, _SEQUENCE, implicit=True, flow_style=not one)
            todo.append(yaml.SequenceEndEvent())
            todo += reversed(one)
        else:
            yield _scalar(scalars, one)
    yield yaml.DocumentEndEvent(explicit=False)
    yield yaml.StreamEndEvent()


def _scalar(dumper: Any, value: Json) -> yaml.ScalarEvent:
    """Return a scalar in the style in which PyYAML writes it."""
    node = dumper.represent_data(value)
    plain = node.tag == dumper.resolve(yaml.ScalarNode, node.value, (True, False))
    quoted = node.tag == dumper.resolve(yaml.ScalarNode, node.value, (False, True))
    return yaml.ScalarEvent(None, node.tag, (plain, quoted), node.value, style=node.style)
