"""Derived names: readable where they fit, legal always, never the same for two requests."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from operators.api.names import (
    ai_analysis_name,
    child_labels,
    correlation_id,
    label_value,
    lease_name,
    signal_processing_name,
    target_key,
    workflow_execution_name,
)

DNS_NAME = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
LABEL = re.compile(r"([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]")
names = st.text("ab-", max_size=251).map(lambda middle: f"a{middle}a".replace("bab", "b.b"))


def test_children_of_a_short_name_are_readable():
    """Kubectl get is the first thing anybody looks at."""
    assert (
        signal_processing_name("web"),
        ai_analysis_name("web"),
        workflow_execution_name("web"),
    ) == ("sp-web", "ai-web", "we-web")
    assert child_labels("web", "ai-analysis") == {
        "kubernaut.ai/remediation-request": "web",
        "kubernaut.ai/component": "ai-analysis",
    }


@given(names)
def test_every_request_name_gives_legal_names_and_labels(name):
    """Upstream's children of a request with a long name could not be created at all."""
    for child in (signal_processing_name(name), ai_analysis_name(name), workflow_execution_name(name)):
        assert len(child) <= 253
        assert DNS_NAME.fullmatch(child)
    assert len(label_value(name)) <= 63
    assert LABEL.fullmatch(label_value(name))


def test_long_names_that_differ_at_the_end_stay_different():
    """A cut alone would give two requests one child."""
    one, other = "x" * 251 + "a", "x" * 251 + "b"

    assert signal_processing_name(one) != signal_processing_name(other)
    assert label_value(one) != label_value(other)


def test_equal_names_in_two_namespaces_have_trails_of_their_own():
    """The plain name let two tenants share one hash chain."""
    assert correlation_id("tenant-a", "web") == "tenant-a/web"


def test_the_claim_of_a_fingerprint_is_a_legal_name():
    """The Lease of a fingerprint is found by everybody without looking."""
    assert DNS_NAME.fullmatch(lease_name("f" * 64))
    assert len(lease_name("f" * 64)) == 70


@pytest.mark.parametrize(
    ("target", "key"),
    [
        ({"kind": "Deployment", "name": "web", "namespace": "shop"}, "shop/Deployment/web"),
        ({"kind": "Node", "name": "n1"}, "Node/n1"),
        ({"kind": "Node", "name": "n1", "namespace": ""}, "Node/n1"),
    ],
)
def test_a_target_key_keeps_the_kinds_case(target, key):
    """Upstream's writer kept the case and its reader lowered it, so no two ever matched."""
    assert key == target_key(target)
