"""A drawn script: requests as data, and the behaviour that it is printed as."""

import pprint
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from ..kinds import define, group_of, path_of
from ..side import Side

FIRST, LAST, CONTINUE = "<first version>", "<last version>", "<continue>"
"""Where they stand in a body or a query: the first and the newest version that the script has seen of its object or list (of the
namespace, as long as it has seen none), and the token that its last page ended with."""
GROUP, NAMESPACE = "<group>", "<namespace>"


@dataclass(frozen=True)
class Step:
    """One request. ``WATCH`` as a method reads all events until the server ends the watch."""

    method: str
    path: str
    body: Any = None
    media: str = ""
    query: dict[str, str] = field(default_factory=dict)
    accept: str = ""

    def __repr__(self) -> str:
        """Leave out what is as usual: it is read in printed behaviours."""
        given = [getattr(self, one.name) for one in fields(self)]
        named = [
            f"{one.name}={value!r}"
            for one, value in zip(fields(self)[2:], given[2:], strict=True)
            if value or (one.name == "body" and value is not None)
        ]
        return f"Step({', '.join([repr(self.method), repr(self.path), *named])})"


@dataclass(frozen=True)
class Script:
    """What is drawn: requests, and the definition of the kind that they are about where that is no built-in one."""

    steps: tuple[Step, ...]
    definition: dict[str, Any] | None = None


def play(api: Side, steps: Sequence[Step], definition: Any = None) -> None:
    """Send what was drawn; a definition is set up before and taken away afterwards."""
    made = _filled(definition, {GROUP: group_of(api), NAMESPACE: api.namespace})
    if made:
        define(api, made)
    versions: dict[str, list[str]] = {"": [api.peek(f"/api/v1/namespaces/{api.namespace}").version]}
    for step in steps:
        _send(api, step, versions)
    if made:
        api.gone(path_of(api, made))


def printed(name: str, script: Script) -> str:
    """Return a behaviour that plays the script, to be put into ``behaviours/found_*.py``."""
    lines = ["@behaviour", f"def {name}(api: Side) -> None:"]
    if script.definition is not None:
        lines.append(_indented(f"definition = {pprint.pformat(script.definition, width=100, sort_dicts=False)}"))
    shown = ",\n".join(f"    {step!r}" for step in script.steps)
    lines.append(_indented(f"steps = [\n{shown},\n]"))
    lines.append(_indented("play(api, steps, definition)" if script.definition is not None else "play(api, steps)"))
    return "\n".join(lines)


def _send(api: Side, step: Step, versions: dict[str, list[str]]) -> None:
    path = step.path.replace(GROUP, group_of(api)).replace(NAMESPACE, api.namespace)
    seen = versions.get(re.sub(r"/(status|scale)$", "", path)) or versions[""]
    token = (versions.get(f"{path}?continue") or ["none"])[-1]
    words = {GROUP: group_of(api), NAMESPACE: api.namespace, FIRST: seen[0], LAST: seen[-1], CONTINUE: token}
    body, query = _filled(step.body, words), _filled(step.query, words)
    if step.method == "WATCH":
        api.events(path, **query)
        return
    head = {"content-type": step.media} if step.media else {}
    if step.accept:
        head["accept"] = step.accept
    answer = api.request(step.method, path, body, head=head, query=query)
    found = answer.json.get("metadata") if isinstance(answer.json, dict) else None
    if isinstance(found, dict) and found.get("continue"):
        versions.setdefault(f"{path}?continue", []).append(found["continue"])
    if isinstance(found, dict) and "resourceVersion" in found:
        at = path if step.method != "POST" else f"{path}/{found.get('name')}"
        versions.setdefault(re.sub(r"/(status|scale)$", "", at), []).append(found["resourceVersion"])


def _filled(value: Any, words: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _filled(one, words) for key, one in value.items()}
    if isinstance(value, list):
        return [_filled(one, words) for one in value]
    if isinstance(value, str):
        for word, meant in words.items():
            value = value.replace(word, meant)
    return value


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" if line else line for line in text.splitlines())
