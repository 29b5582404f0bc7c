"""The adapter over the engine: what it refuses at the start, what it says, and what it keeps to itself."""

import gc
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from operators.signal_processing.classification import load_policies
from operators.signal_processing.errors import PolicyError
from operators.signal_processing.rego import IMPURE_FUNCTIONS, Policies

RULE = "data.probe.result"


@pytest.fixture
def load(tmp_path: Path) -> Any:
    """``load(text)``: the policies of a directory with this one file, asked for ``data.probe.result``."""

    def load(text: str, *, rehearsal: Any = None) -> Policies:
        (tmp_path / "probe.rego").write_text(f"package probe\n\nimport rego.v1\n\n{text}\n")
        return Policies.load(tmp_path, rules={"probe.rego": RULE}, rehearsal={} if rehearsal is None else rehearsal)

    return load


def test_a_syntax_error_names_file_and_line_and_what_to_do(policy_directory):
    """The operator must not start, and the one who wrote the policy needs the place, not a stack trace."""
    broken = policy_directory / "severity.rego"
    broken.write_text("package signalprocessing.severity\n\nimport rego.v1\n\nresult := {\n")
    with pytest.raises(PolicyError) as refused:
        load_policies(policy_directory)

    assert str(refused.value).startswith("severity.rego:")
    assert "correct the file (Rego v1 syntax) and start the operator again" in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("place", "cause", "text"),
    [
        ("probe.rego:5", "undefined variable `x`", "result := y if x == 1"),
        ("probe.rego:5", "could not find function nonsense", 'result := nonsense("x")'),
        ("probe.rego:6", "conflicts with rule at probe.rego:5:1", "result := 1\nresult := 2"),
        ("probe.rego:5", "could not parse string as number", 'result := to_number("x")'),
        ("probe.rego", "does not define this rule; add it to probe.rego", 'verdict := "x"'),
    ],
)
def test_what_the_parser_lets_pass_is_found_by_the_rehearsal(load, place, cause, text):
    """The engine looks for undefined names only when it evaluates; without a rehearsal the first signal would be the
    one to find them.
    """
    with pytest.raises(PolicyError) as refused:
        load(text)

    assert f"{place} ({RULE}): " == str(refused.value)[: len(f"{place} ({RULE}): ")]
    assert cause in str(refused.value)
    assert "\n" not in str(refused.value)


def test_policies_that_another_thread_collects_complain_of_nothing(load, monkeypatch):
    """An engine refuses to be dropped by a thread that did not make it, and a database's thread may be the collector."""
    complaints: list[Any] = []
    monkeypatch.setattr(sys, "unraisablehook", complaints.append)
    circle: list[Any] = [load("result := 1")]
    circle.append(circle)
    del circle
    collector = threading.Thread(target=gc.collect)
    collector.start()
    collector.join()

    assert [] == complaints


@pytest.mark.parametrize("function", sorted(IMPURE_FUNCTIONS))
def test_a_policy_that_asks_the_world_is_refused(load, function):
    """The same signal must be classified alike in a replay; a clock, a dice or a server in a policy would end that."""
    with pytest.raises(PolicyError, match=rf"probe\.rego:6: calls {function}, whose answer changes"):
        load(f"\nresult := {function}({{}})")


@pytest.mark.parametrize(
    "text", ["result := [y | some x in [1]; y := time.now_ns()]", "f(x) := time.now_ns() + x\n\nresult := f(1)"]
)
def test_an_impure_call_is_found_wherever_it_hides(load, text):
    """Comprehensions and functions are where such calls are usually written."""
    with pytest.raises(PolicyError, match=r"probe\.rego:5: calls time\.now_ns"):
        load(text)


def test_a_function_that_merely_resembles_one_is_allowed(load):
    """Only the call matters, not a field that happens to have the name."""
    policies = load("result := input.time.now_ns", rehearsal={"time": {"now_ns": 5}})

    assert policies.ask(RULE, {"time": {"now_ns": 5}}, source="probe.rego") == 5


def test_policies_may_share_a_library(load, tmp_path):
    """A directory is one bundle: a helper file beside the policies is part of it, and of its hash."""
    (tmp_path / "words.rego").write_text('package words\n\nimport rego.v1\n\nbest := "gold"\n')
    policies = load("result := data.words.best")

    assert policies.ask(RULE, {}, source="probe.rego") == "gold"


def test_an_undefined_rule_is_none(load):
    """Whether that is an error is the asker's business, not the engine's."""
    policies = load('result := "x" if input.a == 1')

    assert [policies.ask(RULE, document, source="probe.rego") for document in ({}, {"a": 1}, {"a": 2})] == [
        None,
        "x",
        None,
    ]


def test_a_document_that_is_no_unicode_is_an_error_and_no_crash(load):
    """Handed over as it is, a lone surrogate ends the whole process in the native engine."""
    policies = load("result := input.a")
    with pytest.raises(PolicyError, match="the input document is not JSON"):
        policies.ask(RULE, {"a": "\ud800"}, source="probe.rego")

    assert policies.ask(RULE, {"a": "fine"}, source="probe.rego") == "fine"


def test_an_error_leaves_nothing_behind_for_the_next_evaluation(load):
    """One engine answers for all objects; a signal that fails must not spoil the next one."""
    policies = load("result := to_number(input.a)", rehearsal={"a": "1"})
    with pytest.raises(PolicyError):
        policies.ask(RULE, {"a": "x"}, source="probe.rego")

    assert policies.ask(RULE, {"a": "7"}, source="probe.rego") == 7


def test_the_digest_tells_bundles_apart(policy_directory):
    """A decision is traced to the text that made it, so the same text has one digest and any other text another one."""
    before = load_policies(policy_directory).digest
    (policy_directory / "severity.rego").write_text((policy_directory / "severity.rego").read_text() + "# a comment\n")

    assert load_policies().digest == before
    assert load_policies(policy_directory).digest != before
    assert len(before) == 64


def test_a_directory_that_does_not_exist_is_named(tmp_path):
    """A mistyped setting must not silently mean the shipped policies."""
    with pytest.raises(PolicyError, match=r"nowhere: the policies directory does not exist; name one that does"):
        load_policies(tmp_path / "nowhere")


def test_a_missing_policy_is_named(policy_directory):
    """Half a bundle would fail every signal, one by one; it is refused as a whole."""
    (policy_directory / "priority.rego").unlink()
    with pytest.raises(
        PolicyError,
        match=r"^priority\.rego: is missing in .*; a policies directory holds environment\.rego, priority",
    ):
        load_policies(policy_directory)


def test_a_policy_that_is_not_text_is_named(policy_directory):
    """An editor's UTF-16 is the usual culprit."""
    (policy_directory / "severity.rego").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(PolicyError, match=r"^severity\.rego: cannot be read: .*; make it a readable UTF-8 file"):
        load_policies(policy_directory)
