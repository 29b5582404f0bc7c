"""The shipped policies, rule by rule, through the engine that runs them."""

from typing import Any

import pytest

from operators.signal_processing.classification import PRIORITIES, SEVERITIES, classify

ENVIRONMENT = "kubernaut.ai/environment"


def context(**labels: str) -> dict[str, Any]:
    return {
        "namespace": {
            "name": "shop",
            "labels": {ENVIRONMENT if name == "environment" else name: value for name, value in labels.items()},
        }
    }


@pytest.mark.parametrize(
    ("expected", "label"),
    [
        (("production", "namespace-labels"), "production"),
        (("production", "namespace-labels"), "Prod"),
        (("staging", "namespace-labels"), "STAGING"),
        (("staging", "namespace-labels"), "stage"),
        (("development", "namespace-labels"), "dev"),
        (("test", "namespace-labels"), "testing"),
        (("uat", "namespace-labels"), "UAT"),
        (("unknown", "default"), ""),
        (("unknown", "default"), "  "),
    ],
)
def test_the_environment_is_what_the_namespace_declares(policies, make_signal, expected, label):
    """Teams spell their environments in many ways; the priority table knows four."""
    found = classify(policies, make_signal(), context(environment=label))

    assert expected == (found.environment, found.environment_source)


def test_an_unlabelled_namespace_is_of_unknown_environment(policies, make_signal):
    """Nobody said production, so nobody is woken for it; nobody said test either."""
    found = classify(policies, make_signal(), context())

    assert (found.environment, found.environment_source) == ("unknown", "default")


def test_a_signal_about_nothing_in_particular_still_has_an_environment(policies, make_signal):
    """A Node has no namespace, and its signal must not fail for that."""
    found = classify(
        policies, make_signal(target={"kind": "Node", "name": "worker-1", "namespace": ""}), {"node": {"labels": {}}}
    )

    assert (found.environment, found.environment_source) == ("unknown", "default")


def test_labels_of_the_signal_cannot_spoof_the_environment(policies, make_signal):
    """Whoever can raise an alert could otherwise promote itself to production, and wake somebody (BR-SP-080)."""
    spoofed = make_signal(
        labels={ENVIRONMENT: "production", "environment": "production"}, annotations={ENVIRONMENT: "production"}
    )

    assert classify(policies, make_signal(), context(environment="test")) == classify(
        policies, spoofed, context(environment="test")
    )


@pytest.mark.parametrize(
    ("expected", "sent"),
    [
        *(
            ("critical", word)
            for word in (
                "critical",
                "CRITICAL",
                " critical ",
                "Sev1",
                "SEV-1",
                "sev 1",
                "sev0",
                "P0",
                "p1",
                "fatal",
                "page",
            )
        ),
        *(("high", word) for word in ("high", "error", "Major", "Sev2", "P2")),
        *(("medium", word) for word in ("medium", "warning", "Warn", "minor", "sev3", "P3")),
        *(("low", word) for word in ("low", "info", "notice", "Sev4", "p4", "debug")),
        *(
            ("unknown", word)
            for word in (
                "unknown",
                "",
                "   ",
                "UNMAPPED_VALUE_999",
                "kritisch",
                "🔥",
                "critical\x00",
                "null",
                "1",
                "x" * 4096,
            )
        ),
    ],
)
def test_a_senders_severity_becomes_one_of_five_words(policies, make_signal, expected, sent):
    """Every input has an answer: an unmapped word is unknown, never an error and never silently the worst."""
    assert expected == classify(policies, make_signal(severity=sent), context()).severity


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("critical", ("P0", "P1", "P2", "P2", "P1", "P1")),
        ("high", ("P1", "P2", "P3", "P3", "P2", "P2")),
        ("warning", ("P2", "P3", "P3", "P3", "P3", "P3")),
        ("info", ("P3", "P3", "P3", "P3", "P3", "P3")),
        ("never heard of", ("P1", "P2", "P3", "P3", "P2", "P2")),
    ],
)
def test_the_priority_table_holds(policies, make_signal, row, expected):
    """Severity by environment, cell by cell (BR-SP-070); an unreadable severity ranks as high and is not buried."""
    environments = ("production", "staging", "development", "test", "uat", "")
    found = tuple(
        classify(policies, make_signal(severity=row), context(environment=name)).priority for name in environments
    )

    assert expected == found


def test_severity_and_priority_read_the_same_spelling(policies, make_signal):
    """Both see the sender's word as sent. Two tables of spellings would drift apart, and Sev-1 be critical but of the
    lowest priority.
    """
    found = classify(policies, make_signal(severity="SEV-1"), context(environment="production"))

    assert (found.severity, found.priority, found.priority_policy) == ("critical", "P0", "critical/production")


@pytest.mark.parametrize("tier", ["critical", "high"])
def test_no_label_makes_two_rules_conflict(policies, make_signal, tier):
    """Upstream's priority policy had two rules that both held for a critical signal in a namespace of a critical tier:
    an endless retry.
    """
    found = classify(policies, make_signal(), context(environment="production", tier=tier))

    assert found.priority == "P0"


def test_every_combination_stays_in_the_vocabulary(policies, make_signal):
    """What the policies answer is stored in fields with enums; one word beside them would fail the object."""
    words = ("critical", "high", "medium", "low", "", "odd")
    answers = [
        classify(policies, make_signal(severity=word), context(environment=name))
        for word in words
        for name in ("prod", "test", "x", "")
    ]

    assert {True} == {answer.severity in SEVERITIES and answer.priority in PRIORITIES for answer in answers}
