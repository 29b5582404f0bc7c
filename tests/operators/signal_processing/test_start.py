"""How the operator starts, and how it refuses to."""

import os
import subprocess
import sys
from pathlib import Path

import kopf
import pytest

from operators.runtime import Connection
from operators.runtime.loading import load
from operators.signal_processing import PolicyError, Settings, build


@pytest.fixture
def broken(policy_directory: Path) -> Path:
    """A directory of policies, one of which does not parse."""
    broken = policy_directory / "priority.rego"
    broken.write_text("package signalprocessing.priority\n\nimport rego.v1\n\nresult := {\n")
    return policy_directory


def test_an_operator_is_built_on_the_registry_it_is_given():
    """A harness starts several operators in one process; nothing may land in Kopf's default registry."""
    registry = kopf.OperatorRegistry()
    operator = build(registry, Settings(connection=Connection(server="http://127.0.0.1:1")))

    assert operator.registry is registry
    assert operator.name == "signal-processing"
    assert [source.busy() for source in operator.sources] == [None]


def test_an_operator_with_a_broken_policy_is_not_built(broken):
    """It would fail every signal; the person who starts it is told instead."""
    with pytest.raises(PolicyError, match=r"^priority\.rego:6: .*; correct the file"):
        build(kopf.OperatorRegistry(), Settings(policies=broken))


def test_the_settings_are_loaded_by_name(tmp_path):
    """As an installation gives them: a span as Go writes it, a directory as a path."""
    environ = {"KUBERNAUT_ENRICHMENT_TIMEOUT": "2s", "KUBERNAUT_POLICIES": str(tmp_path)}
    settings = load(Settings, environ=environ)

    assert (settings.enrichment_timeout.total_seconds(), settings.policies) == (2.0, tmp_path)


@pytest.mark.slow
def test_kopf_run_ends_with_one_line_about_a_broken_policy(broken):
    """A non-zero exit and the file's name, not a stack trace of the native engine."""
    command = [sys.executable, "-m", "kopf", "run", "-m", "operators.signal_processing", "--all-namespaces"]
    ended = subprocess.run(
        command,
        env={**os.environ, "KUBERNAUT_POLICIES": str(broken)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert ended.returncode == 1
    said = [line for line in ended.stderr.splitlines() if "priority.rego" in line]
    assert len(said) == 1
    assert said[0].startswith("Error: priority.rego:6: ")
    assert "Traceback" not in ended.stderr
