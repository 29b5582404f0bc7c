"""Two orchestrators side by side: who may proceed is settled by claims, who wrote first by guarded writes."""

import pytest

from tests.deployment.conftest import HEADER, OVERLAY, ROOT

pytestmark = pytest.mark.slow


def test_two_replicas_do_the_work_of_one(run, tmp_path):
    """Both see every request and every event; exactly one of four goes on, and the trail holds each edge once."""
    (tmp_path / "kustomization.yaml").write_text(
        f"{HEADER}resources: ['{OVERLAY}']\nreplicas: [{{name: remediation-orchestrator, count: 2}}]\n", "utf-8"
    )
    configuration = (ROOT / "pyproject.toml").read_text("utf-8")
    for path in (
        "deploy/overlays/kind",
        "deploy/Dockerfile",
        "deploy/requirements.txt",
        "operators",
        "services",
        "crds",
    ):
        there = tmp_path if path == "deploy/overlays/kind" else ROOT / path
        configuration = configuration.replace(f'"{path}"', f'"{there}"')
    (tmp_path / "pyproject.toml").write_text(configuration, "utf-8")
    done = run(
        *("--rootdir", str(tmp_path), "-c", str(tmp_path / "pyproject.toml")),
        *(
            "--scenario=of-four-requests-created-together-exactly-one-goes-on",
            "--scenario=the-chain-of-a-remediation-verifies",
        ),
        str(ROOT / "harness" / "scenarios"),
    )

    assert 0 == done.returncode, done.stdout
    assert "2 passed" in done.stdout
