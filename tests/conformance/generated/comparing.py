"""What servers answer to one drawn script: where they differ, and which class of difference that is."""

import ast
import re
from collections.abc import Sequence
from typing import Any

from ..connections import Place
from ..difference import differences
from ..side import Side
from .steps import Script, play

_UNDECLARED = re.compile(
    r"(failed to create typed patch object \([^)]*\): ).*field not declared in schema.*", re.DOTALL
)
"""The first such field ends the look at its neighbours, which the real server takes in a random order."""

_OLD = re.compile(r"^\d+y\d+d$")
"""Ages of drawn times in a Table: the server in memory has a clock of its own."""

_DRAWN = re.compile(r"""\\*"(?:[^"\\]|\\[^"])*?\\*"|\[[^\] ]+\]|\b\d[\w.:-]*|\bdrawn-[\w-]+|(?<=value: )-\d+""")
"""What stands in a text because it was drawn."""
_LINE = re.compile(r"(?P<path>.*)\n      real      (?P<real>.*)\n      embedded  (?P<embedded>.*)", re.DOTALL)
_STEP = re.compile(r"^\[(\d+)\] (\w+) (?:/api/\w+|/apis/[^/ ]+/\w+)/(?:namespaces/[^/ ]+/)?(\w+)\S*?:")
_LONG = 160


def compare(script: Script, namespace: str, real: Place, *fronts: Place) -> list[str]:
    """Play a script everywhere, in a namespace of its own; return a line for each place where a front differs."""
    expected, *found = (_settled(_transcript(place, namespace, script)) for place in (real, *fronts))
    return [line for one in found for line in differences(expected, one)]


def class_of(lines: Sequence[str]) -> str:
    """Return what scripts of one cause have in common, as far as it can be told from the first step that differs."""
    matches = [_LINE.fullmatch(line) for line in lines]
    first = [one for one in matches if one and _step(one) == _step(matches[0])]
    outcomes = any(one["path"].endswith(":.status") for one in first)
    found = []
    for one in first:
        step = _STEP.match(one["path"])
        field = re.sub(r"\[\d+\]", "", one["path"][step.end() if step else 0 :])
        if outcomes and not field.startswith((".status", ".body.message", ".body.details")):
            continue  # of an object instead of a refusal, or the other way round, all of it differs
        if field.endswith(".message") and "<the causes>" in one.string:
            continue  # the causes tell
        said, other = _told(one["real"]), _told(one["embedded"])
        if said == other:
            said, other = {one["real"][:_LONG]}, {"the same with something else in it"}
        real, embedded = (" | ".join(sorted(texts)) or "nothing more" for texts in (said - other, other - said))
        place = f"{step[2]} {step[3]} " if step else ""
        found.append(f"{place}{field}\n    real      {real}\n    embedded  {embedded}")
    return "\n".join(dict.fromkeys(found))


def _step(line: re.Match[str] | None) -> str:
    step = _STEP.match(line["path"]) if line else None
    return step[1] if step else ""


def _told(shown: str) -> set[str]:
    """Return what a value says, without what was drawn; of causes each one by itself."""
    value = ast.literal_eval(shown)
    if isinstance(value, dict) and "causes" in value:
        value = value["causes"]
    if isinstance(value, list) and value and all(isinstance(one, dict) and "reason" in one for one in value):
        texts = [f"{one.get('field')}: {one.get('message')}" for one in value]
    else:
        texts = [value if isinstance(value, str) else repr(value)]
    return {_DRAWN.sub("*", text)[:_LONG] for text in texts}


def _settled(transcript: Any) -> Any:
    """Leave out what is chance in the real server."""
    if isinstance(transcript, dict):
        return {name: _settled(one) for name, one in transcript.items()}
    if isinstance(transcript, list):
        return [_settled(one) for one in transcript]
    if isinstance(transcript, str):
        return _OLD.sub("<old>", _UNDECLARED.sub("\\1<not declared>", transcript))
    return transcript


def _transcript(place: Place, namespace: str, script: Script) -> list[dict[str, Any]]:
    side = Side(place, namespace)
    try:
        side.setup("/api/v1/namespaces", {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}})
        play(side, script.steps, script.definition)
    finally:
        side.close()
    return side.transcript
