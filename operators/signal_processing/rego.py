"""Rego policies, compiled once and asked often: the only module that knows the engine (``regorus``).

All ``*.rego`` files of one directory form one bundle; they may refer to each other by package. ``Policies.load`` reads,
parses and *rehearses* them: every rule that will be asked later is evaluated once on a harmless document, because the
engine finds undefined variables and unknown functions only then. What does not load stops the operator at its start,
with one line that names the file; what fails later fails one object.

A classification must depend on its input document alone, or a replay of the same events would end elsewhere. So
functions that ask the world (``time.now_ns``, ``rand.intn``, …) are refused at loading. ``http.send`` is refused as
well: this engine would answer *undefined* without a word.

Traps of the engine that are kept inside: its error texts carry a native stack trace (cut off), and it crashes the
process on a string with a lone surrogate, so documents go in as JSON that is encoded strictly; and an engine must be
dropped by the thread that made it, while Python collects cycles in whichever thread is running, so engines live as long
as their thread. One that is not: an engine belongs to the thread that made it, so ``Policies`` are loaded where they are
asked.
"""

from __future__ import annotations

import hashlib
import re
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
import regorus  # type: ignore[import-untyped]  # a native module without stubs

from operators.signal_processing.errors import PolicyError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

SHIPPED_POLICIES = Path(__file__).parent / "policies"

IMPURE_FUNCTIONS = frozenset(
    {"http.send", "net.lookup_ip_addr", "opa.runtime", "rand.intn", "time.now_ns", "uuid.rfc4122"}
)

_UNDEFINED = "<undefined>"  # how the engine writes it in JSON

_PLACE = re.compile(r"-->\s*(?P<file>[^\n]*?\.rego):(?P<line>\d+):\d+")
_CAUSE = re.compile(r"error:\s*(?P<cause>[^\n]+)")


class _Engines(threading.local):
    """The engines of one thread, for as long as it lives.

    :ivar made: all of them, those that failed as well: a traceback may keep one, and let go of it anywhere.
    :ivar compiled: those that hold whole bundles, by the digest. Operators of one thread share them: one evaluation is one call.
    """

    def __init__(self) -> None:
        self.made: list[regorus.Engine] = []
        self.compiled: dict[str, regorus.Engine] = {}


_engines = _Engines()


@dataclass(frozen=True, slots=True)
class Policies:
    """A compiled bundle.

    :ivar digest: SHA-256 over names and contents of its files, 64 hexadecimal digits; status and audit carry it, so
        that a decision can be traced to the text that made it.
    """

    digest: str
    _engine: regorus.Engine = field(repr=False, compare=False)

    @classmethod
    def load(cls, directory: Path, *, rules: Mapping[str, str], rehearsal: Mapping[str, Any]) -> Policies:
        """Compile every policy of ``directory`` and try the given rules.

        :param rules: rule by the file that has to define it, such as ``{"severity.rego":
            "data.signalprocessing.severity.result"}``.
        :param rehearsal: an input document of the shape that will be asked later.
        :raises PolicyError: no such directory or file, a syntax error, an impure function, a missing rule, a rule that
            cannot be evaluated.
        """
        sources = _read(directory, required=sorted(rules))
        digest = _digest(sources)
        if digest not in _engines.compiled:
            _engines.compiled[digest] = _compiled(sources)
        policies = cls(digest=digest, _engine=_engines.compiled[digest])
        for name, rule in sorted(rules.items()):
            policies.ask(rule, rehearsal, source=name)
        return policies

    def ask(self, rule: str, document: Mapping[str, Any], *, source: str) -> Any:
        """Evaluate one rule for one input document.

        :returns: the rule's value as JSON types, a Rego set as a sorted list; None when it is undefined for this input
            (or null: Rego users rarely mean the difference).
        :raises PolicyError: conflicting rules, a built-in function that fails, a rule that does not exist, a document
            that is not JSON.
        """
        try:
            encoded = orjson.dumps(document).decode()
        except TypeError as error:  # orjson's JSONEncodeError is one
            raise PolicyError(f"the input document is not JSON: {error}", source=source, rule=rule) from error
        try:
            self._engine.set_input_json(encoded)
            answer = orjson.loads(self._engine.eval_rule_as_json(rule))
        except RuntimeError as error:
            raise _explain(str(error), source=source, rule=rule) from None
        return None if answer == _UNDEFINED else answer


def _compiled(sources: Mapping[str, str]) -> regorus.Engine:
    engine = regorus.Engine()
    _engines.made.append(engine)
    for name, text in sources.items():
        _add(engine, name=name, text=text)
    for name, line, function in _impure_calls(engine):
        raise PolicyError(
            f"calls {function}, whose answer changes from one evaluation to the next; "
            "a classification may depend on its input only: take the call out",
            source=f"{name}:{line}",
        )
    return engine


def _read(directory: Path, *, required: Sequence[str]) -> dict[str, str]:
    """Texts of all policies by file name, in the order of the names."""
    if not directory.is_dir():
        raise PolicyError(
            "the policies directory does not exist; "
            "name one that does, or leave the setting out to use the shipped policies",
            source=str(directory),
        )
    sources: dict[str, str] = {}
    for path in sorted(directory.glob("*.rego")):
        try:
            sources[path.name] = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise PolicyError(f"cannot be read: {error}; make it a readable UTF-8 file", source=path.name) from error
    for name in required:
        if name not in sources:
            raise PolicyError(
                f"is missing in {directory}; a policies directory holds {', '.join(required)}", source=name
            )
    return sources


def _add(engine: regorus.Engine, *, name: str, text: str) -> None:
    try:
        engine.add_policy(name, text)
    except RuntimeError as error:
        raise _explain(
            str(error), source=name, rule="", advice="; correct the file (Rego v1 syntax) and start the operator again"
        ) from None


def _explain(text: str, *, source: str, rule: str, advice: str = "") -> PolicyError:
    """The engine's report as one line; the file it names is nearer to the cause than the one that was asked."""
    place, cause = _PLACE.search(text), _CAUSE.search(text)
    where = f"{place['file']}:{place['line']}" if place else source
    what = cause["cause"] if cause else _first_line(text)
    if what == "not a valid rule path":
        what = f"does not define this rule; add it to {source}"
    return PolicyError(what + advice, source=where, rule=rule)


def _first_line(text: str) -> str:
    return text.strip().split("\n", 1)[0]


def _digest(sources: Mapping[str, str]) -> str:
    """Lengths separate names from contents: moving a line from one file to the next is another bundle."""
    digest = hashlib.sha256()
    for name, text in sources.items():
        for part in (name.encode(), text.encode()):
            digest.update(len(part).to_bytes(8, "big"))
            digest.update(part)
    return digest.hexdigest()


def _impure_calls(engine: regorus.Engine) -> Iterator[tuple[str, int, str]]:
    """File, line and function of each call to an impure function, from the engine's own syntax tree."""
    for module in orjson.loads(engine.get_ast_as_json()):
        for node in _nodes(module["ast"]):
            function = _dotted(node["Call"]["fcn"]) if isinstance(node.get("Call"), dict) else ""
            if function in IMPURE_FUNCTIONS:
                yield module["source"]["file"], node["Call"]["span"]["line"], function


def _nodes(tree: Any) -> Iterator[dict[str, Any]]:
    """All objects of a JSON tree, in document order; a loop, for policies may be nested deeper than Python's stack."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            yield node
            waiting.extend(reversed(list(node.values())))
        elif isinstance(node, list):
            waiting.extend(reversed(node))


def _dotted(reference: Mapping[str, Any]) -> str:
    """``time.now_ns`` of a reference node; "" for what is not a plain dotted name."""
    names: list[str] = []
    while isinstance(dotted := reference.get("RefDot"), dict):
        names.append(dotted["field"][1])
        reference = dotted["refr"]
    variable = reference.get("Var")
    return ".".join([variable["value"], *reversed(names)]) if isinstance(variable, dict) else ""
