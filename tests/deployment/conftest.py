"""The deployment of this project, as it stands and with a verb taken away."""

import dataclasses
from pathlib import Path

import pytest
import yaml

from harness.config import Config
from harness.deployment.kustomization import render
from harness.scenario import Plan
from harness.simulation.clock import VirtualLoop
from harness.stage import Stage

ROOT = Path(__file__).parents[2]
OVERLAY = ROOT / "deploy" / "overlays" / "kind"
HEADER = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n"


@pytest.fixture(scope="session")
def manifests():
    """What would be applied to a cluster of kind."""
    return render(OVERLAY)


@pytest.fixture
def config_with(tmp_path):
    """Return the project's configuration with other manifests for its deployment."""

    def make(changed):
        (tmp_path / "all.yaml").write_text(yaml.safe_dump_all(changed), "utf-8")
        (tmp_path / "kustomization.yaml").write_text(f"{HEADER}resources: [all.yaml]\n", "utf-8")
        return dataclasses.replace(Config.read(ROOT), deploy=tmp_path)

    return make


@pytest.fixture
def rehearse():
    """Play a scene in virtual time, operators with the rights of a configuration's deployment.

    Returns what they were refused, and the error that the scene or its operators ended with.
    """

    def play(config, operators, scene, settings=None):
        async def main():
            stage, error = Stage(config, Plan(operators=operators, settings=settings), roles=True), None
            try:
                async with stage:
                    await scene(stage)
            except Exception as found:  # noqa: BLE001 - whatever it is that fails without a verb
                error = found
            return stage.refused(), error

        loop = VirtualLoop(seed=0, deadline=86400.0)
        try:
            return loop.run_until_complete(main())
        finally:
            loop.close()

    return play
