"""Policies are checked against the kinds that they are about, by the clock; a warning is told once for each spec."""

import json
from typing import Any

from harness.apiserver import ServerSettings

from .test_webhooks import GROUP, Client

POLICIES = f"{GROUP}/validatingadmissionpolicies"


def policy(*texts: str, resource: str = "things", group: str = "ex.dev") -> dict[str, Any]:
    """Return a policy about one kind."""
    rule = {"apiGroups": [group], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": [resource]}
    return {
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": "ValidatingAdmissionPolicy",
        "metadata": {"name": "one"},
        "spec": {
            "matchConstraints": {"resourceRules": [rule]},
            "validations": [{"expression": text} for text in texts],
        },
    }


def read(client: Client) -> Any:
    """Return the policy."""
    return json.loads(client.send("GET", f"{POLICIES}/one").body)


def status(client: Client) -> Any:
    """Return the status of the policy."""
    return read(client)["status"]


def test_what_does_not_fit_is_told_by_field_and_kind() -> None:
    """A typing error in a policy that nobody has tripped over yet is found by who looks at its status."""
    client = Client()
    client.send("POST", POLICIES, policy("object.spec.size > 0", "object.spec.sise > 0"))

    assert {} == status(client)
    client.server.step()

    (warning,) = status(client)["typeChecking"]["expressionWarnings"]
    assert "spec.validations[1].expression" == warning["fieldRef"]
    assert warning["warning"].startswith("ex.dev/v1, Kind=Thing: ERROR: <input>:1:12: undefined field 'sise'")
    assert 1 == status(client)["observedGeneration"]


def test_an_unknown_kind_says_nothing() -> None:
    """It may be defined tomorrow."""
    client = Client()
    client.send("POST", POLICIES, policy("object.anything.goes == 1", resource="nothings"))
    client.server.step()

    assert {"observedGeneration": 1, "typeChecking": {}} == status(client)


def test_a_policy_is_checked_once_for_each_spec() -> None:
    """Its own write, labels and other writers do not make the controller write again."""
    client = Client()
    client.send("POST", POLICIES, policy("object.spec.size > 0"))
    client.server.step()
    version = read(client)["metadata"]["resourceVersion"]
    client.server.step()

    assert version == read(client)["metadata"]["resourceVersion"]
    assert client.server.busy() is None


def test_a_server_can_do_without() -> None:
    """As one beside which no controllers run."""
    client = Client(ServerSettings(check_policies=False))
    client.send("POST", POLICIES, policy("object.spec.sise > 0"))
    client.server.step()

    assert {} == status(client)
