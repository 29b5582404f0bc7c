"""What the tests of SignalProcessing share: objects as the API server would hold them, and a cluster to read from."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml

from operators.signal_processing.classification import load_policies
from operators.signal_processing.rego import SHIPPED_POLICIES, Policies


@pytest.fixture(scope="session")
def policies() -> Policies:
    """The policies that ship with the operator, compiled once."""
    return load_policies()


@pytest.fixture
def policy_directory(tmp_path: Path) -> Path:
    """A directory with the shipped policies, free to be broken."""
    directory = tmp_path / "policies"
    directory.mkdir()
    for path in SHIPPED_POLICIES.glob("*.rego"):
        (directory / path.name).write_text(path.read_text())
    return directory


@pytest.fixture
def with_policy(policy_directory: Path) -> Any:
    """``with_policy(name, rule)``: the shipped policies with one of them replaced by this rule."""

    def replace(name: str, rule: str) -> Policies:
        text = f"package signalprocessing.{name}\n\nimport rego.v1\n\n{rule}\n"
        (policy_directory / f"{name}.rego").write_text(text)
        return load_policies(policy_directory)

    return replace


def signal(**changes: Any) -> dict[str, Any]:
    """``spec.signal`` of an alert about a Pod of the namespace ``shop``."""
    target = {"kind": "Pod", "name": "checkout-0", "namespace": "shop"} | changes.pop("target", {})
    return {
        "fingerprint": "a" * 64,
        "name": "HighMemory",
        "severity": "critical",
        "type": "prometheus-alert",
        "source": "prometheus",
        "targetType": "kubernetes",
        "targetResource": target,
        "receivedTime": "2026-01-24T14:59:58Z",
    } | changes


def signal_processing(
    phase: str = "", *, status: dict[str, Any] | None = None, **signal_changes: Any
) -> dict[str, Any]:
    """A SignalProcessing in ``phase``, as its request ``rr-1`` made it."""
    resource: dict[str, Any] = {
        "apiVersion": "kubernaut.ai/v1alpha1",
        "kind": "SignalProcessing",
        "metadata": {
            "name": "sp-rr-1",
            "namespace": "shop",
            "uid": "6f1c1f3e-5f0c-4d57-9d63-0a4b2f5f7a11",
            "resourceVersion": "7",
            "generation": 1,
        },
        "spec": {
            "remediationRequestRef": {
                "apiVersion": "kubernaut.ai/v1alpha1",
                "kind": "RemediationRequest",
                "name": "rr-1",
            },
            "signal": signal(**signal_changes),
        },
    }
    if phase:
        resource["status"] = {"phase": phase, **(status or {})}
    return resource


@pytest.fixture(scope="session")
def make() -> Any:
    """``make(phase, status=…, severity=…)``: a SignalProcessing as the API server would hold it."""
    return signal_processing


@pytest.fixture(scope="session")
def make_signal() -> Any:
    """``make_signal(severity=…, target={…})``: a ``spec.signal``."""
    return signal


@pytest.fixture(scope="session")
def complaints() -> Any:
    """``complaints(status)``: what the CRD has against a status: fields that it would drop, values that it would
    refuse.
    """
    path = Path(__file__).parents[3] / "crds" / "kubernaut.ai_signalprocessings.yaml"
    schema = yaml.safe_load(path.read_text())["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"][
        "status"
    ]
    validator = jsonschema_rs.validator_for(schema, validate_formats=True)

    def complaints(status: Any) -> list[str]:
        return [*_dropped(schema, status, "status"), *(str(error.message) for error in validator.iter_errors(status))]

    return complaints


def _dropped(schema: dict[str, Any], value: Any, path: str) -> Iterator[str]:
    """Fields that a structural schema does not name, so that the API server prunes them."""
    if isinstance(value, list):
        for index, one in enumerate(value):
            yield from _dropped(schema["items"], one, f"{path}[{index}]")
    elif isinstance(value, dict) and not schema.get("x-kubernetes-preserve-unknown-fields"):
        for name, one in value.items():
            known = schema.get("properties", {}).get(name) or schema.get("additionalProperties")
            if known is None:
                yield f"{path}.{name} is not in the schema"
            else:
                yield from _dropped(known, one, f"{path}.{name}")
