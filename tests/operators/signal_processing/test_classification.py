"""Answers of policies that are no answers: each is an error that names file and rule, none is papered over."""

import pytest

from operators.signal_processing.classification import classify, policy_input
from operators.signal_processing.errors import PolicyError

CONTEXT = {"namespace": {"name": "shop", "labels": {"kubernaut.ai/environment": "production"}}}


@pytest.mark.parametrize(
    ("expected", "name", "rule"),
    [
        (
            "answers 'urgent'; a severity is one of critical, high, medium, low, unknown",
            "severity",
            'result := "urgent"',
        ),
        ("answers 'Critical'; a severity is one of", "severity", 'result := "Critical"'),
        ("answers ''; a severity is one of", "severity", 'result := ""'),
        ("answers 5; a severity is one of", "severity", "result := 5"),
        ("answers {'severity': 'low'}; a severity is one of", "severity", 'result := {"severity": "low"}'),
        ("answers 'P4'; a priority is one of P0, P1, P2, P3", "priority", 'result := {"priority": "P4"}'),
        ("answers 'P0'; expected an object with a non-empty text under 'priority'", "priority", 'result := "P0"'),
        ("answers {'priority': 0}; expected an object", "priority", 'result := {"priority": 0}'),
        ("answers {}; expected an object with a non-empty text under 'environment'", "environment", "result := {}"),
        ("answers {'environment': ''}; expected", "environment", 'result := {"environment": ""}'),
        (
            "answers an environment of 64 characters; at most 63 are allowed",
            "environment",
            'result := {"environment": concat("", [x | some i in numbers.range(1, 64); x := "e"])}',
        ),
        ("answers ['b', 'c', 'a']; a severity is one of", "severity", 'result := ["b", "c", "a"]'),
        ("answers ['a', 'b', 'c']; a severity is one of", "severity", 'result := {"b", "c", "a"}'),
        (
            f"answers '{'x' * 199}… (302 characters); a severity is one of",
            "severity",
            'result := concat("", [x | some i in numbers.range(1, 300); x := "x"])',
        ),
        *(
            (
                "is undefined for severity 'Sev1'; give it a last else-branch that always holds",
                name,
                'result := "x" if input.nothing',
            )
            for name in ("severity", "priority", "environment")
        ),
    ],
)
def test_an_answer_outside_the_vocabulary_is_an_error(with_policy, make_signal, expected, name, rule):
    """There is no fallback behind a policy: a wrong word must end visibly, not as some default priority
    (DD-SEVERITY-001).
    """
    with pytest.raises(PolicyError) as refused:
        classify(with_policy(name, rule), make_signal(severity="Sev1"), CONTEXT)

    start = f"{name}.rego (data.signalprocessing.{name}.result): {expected}"
    assert start == str(refused.value)[: len(start)]


def test_rules_that_conflict_for_one_signal_only_fail_that_signal(with_policy, make_signal):
    """A conflict shows only for inputs that satisfy both rules; the others go on."""
    rules = 'result := "low"\n\nresult := "high" if input.signal.severity == "both"'
    policies = with_policy("severity", rules)

    with pytest.raises(PolicyError, match=r"severity\.rego:7 .*rule conflicts with rule at severity\.rego:5:1"):
        classify(policies, make_signal(severity="both"), CONTEXT)
    assert classify(policies, make_signal(severity="one"), CONTEXT).severity == "low"


def test_a_source_that_the_policy_does_not_tell_is_the_default(with_policy, make_signal):
    """Where an environment comes from is a courtesy of the policy, not a duty."""
    found = classify(with_policy("environment", 'result := {"environment": "uat"}'), make_signal(), CONTEXT)

    assert (found.environment, found.environment_source) == ("uat", "default")


def test_policies_see_the_senders_word_and_no_labels_of_the_signal(make_signal):
    """The document is the policies' whole world: what must not influence them is not in it (BR-SP-080)."""
    signal = make_signal(severity=" SEV-1 ", labels={"kubernaut.ai/environment": "production"})
    context = {**CONTEXT, "statefulSet": {"labels": {"app": "db"}}}
    signal["targetResource"] |= {"kind": "StatefulSet", "name": "db"}

    assert policy_input(signal, context) == {
        "signal": {"severity": " SEV-1 ", "type": "prometheus-alert", "source": "prometheus"},
        "namespace": {"name": "shop", "labels": {"kubernaut.ai/environment": "production"}},
        "target": {"kind": "StatefulSet", "name": "db", "labels": {"app": "db"}},
    }


def test_the_classification_names_the_bundle_that_made_it(policies, make_signal):
    """An auditor can tell which text of the policies decided."""
    assert classify(policies, make_signal(), CONTEXT).policy_hash == policies.digest
