"""JSON as Go's ``yaml.v3`` writes it: what stands in the values of the OpenAPI document that gnostic has packed.

It is not the YAML of answers (codec/yaml_out.py is that of ``yaml.v2``): nested blocks are indented by four, lists like maps; long
lines are not broken; words like ``yes`` mean themselves; names stay in their order. Numbers are written as JSON had them.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

import yaml
from yaml.emitter import Emitter, ScalarAnalysis

from harness.apiserver.codec.scalars import resolve
from harness.apiserver.codec.yaml_out import WORDS, is_moment
from harness.apiserver.fields import go_float
from harness.apiserver.messages import Json

_NO_LONGER_TRUTHS: Final = frozenset(
    ("y", "Y", "yes", "Yes", "YES", "on", "On", "ON", "n", "N", "no", "No", "NO", "off", "Off", "OFF")
)
_SMALLEST_WITHOUT_EXPONENT: Final = 1e-6


def to_yaml_v3(value: Json) -> bytes:
    """Return a value as YAML."""
    text: str = yaml.emit(_events(value), Dumper=_Emitter, indent=4, width=float("inf"), allow_unicode=True)
    return text.encode()


class _Emitter(Emitter):
    """PyYAML's, which is that of libyaml, with what ``yaml.v3`` has changed in its own."""

    open_ended: Any = property(lambda _: False, lambda *_: None)  # no "..." after a text on its own

    def check_empty_document(self) -> bool:
        """Write no ``---`` before an empty text on its own."""
        return False

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: FBT001, FBT002  PyYAML's own
        """Go to the next multiple of the indentation, and in an item of a list just behind its dash."""
        del indentless
        self.indents.append(self.indent)
        if self.indent is None:
            self.indent = self.best_indent if flow else 0
        elif self.states[-1] == self.expect_block_sequence_item:
            self.indent += 2
        else:
            self.indent += self.best_indent - self.indent % self.best_indent

    def analyze_scalar(self, scalar: str) -> ScalarAnalysis:
        """Let blocks have tabs, and no unquoted text a character beyond the first 65,536."""
        found = super().analyze_scalar(scalar.replace("\t", "t"))
        found.scalar = scalar
        beyond = any(character > "\uffff" for character in scalar)
        if beyond or "\t" in scalar:
            found.allow_flow_plain = found.allow_block_plain = found.allow_single_quoted = False
            found.allow_block = found.allow_block and not beyond
        return found


def _events(value: Json) -> Iterator[yaml.Event]:
    yield yaml.StreamStartEvent()
    yield yaml.DocumentStartEvent(explicit=False)
    yield from _node(value)
    yield yaml.DocumentEndEvent(explicit=False)
    yield yaml.StreamEndEvent()


def _node(value: Json) -> Iterator[yaml.Event]:
    if isinstance(value, dict):
        yield yaml.MappingStartEvent(None, None, implicit=True, flow_style=False)
        for name, one in value.items():
            yield _scalar(name)
            yield from _node(one)
        yield yaml.MappingEndEvent()
    elif isinstance(value, list):
        yield yaml.SequenceStartEvent(None, None, implicit=True, flow_style=False)
        for one in value:
            yield from _node(one)
        yield yaml.SequenceEndEvent()
    else:
        yield _scalar(value)


def _scalar(value: Json) -> yaml.ScalarEvent:
    text, style = (value, _style(value)) if isinstance(value, str) else (_plain(value), None)
    return yaml.ScalarEvent(None, None, (True, True), text, style=style)


def _plain(value: Json) -> str:
    """Return what is no text as Go writes it in JSON, where small numbers have no exponent until the seventh place."""
    if value is None or isinstance(value, bool):
        return WORDS[value]
    if isinstance(value, int):
        return str(value)
    if _SMALLEST_WITHOUT_EXPONENT <= abs(value) < 1:
        return f"{Decimal(repr(value)):f}"
    return go_float(value).replace("e-0", "e-")


def _style(text: str) -> str | None:
    """Return the style of a text: a block if it has several lines, plain if it means itself, otherwise double quotes."""
    if "\n" in text:
        return "|"
    means_itself = text in _NO_LONGER_TRUTHS or (isinstance(resolve(text), str) and not is_moment(text))
    return None if means_itself else '"'
