"""Whole rehearsals, as the plugin stages them, without pytest around them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from harness.config import Config
from harness.remediation.requests import Remediations
from harness.scenario import Plan
from harness.simulation.clock import VirtualLoop
from harness.stage import Stage
from harness.tenants import Tenants

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from harness.remediation.requests import Remediation

ROOT = Path(__file__).parent.parent
_EXAMPLE = ROOT / "examples" / "access"

OURS = ("remediation-orchestrator", "signal-processing", "ai-analysis", "workflow-execution")


def ours() -> Config:
    """Return the project's own configuration."""
    return Config.read(ROOT)


def example() -> Config:
    """Return the configuration of the example's operator alone."""
    return ours().with_operator(str(_EXAMPLE / "operator.py"), _EXAMPLE / "crds")


def five() -> Config:
    """Return our four operators and, as a fifth, that of the example."""
    config = ours()
    return replace(
        config,
        operators={**config.operators, "access": str(_EXAMPLE / "operator.py")},
        default_operators=(*OURS, "access"),
        crds=(*config.crds, _EXAMPLE / "crds"),
    )


def play(
    config: Config, scene: Callable[[Stage], Awaitable[object]], *, operators: Sequence[str] | None = None
) -> None:
    """Set a stage in virtual time, play a scene on it and take it down."""

    async def main() -> None:
        plan = Plan(operators=None if operators is None else tuple(operators))
        async with Stage(config, plan) as stage:
            await scene(stage)

    loop = VirtualLoop(deadline=30 * 86400.0)
    try:
        loop.run_until_complete(main())
    finally:
        loop.close()


async def complete(stage: Stage, count: int) -> list[Remediation]:
    """Submit so many requests of one new tenant at once, and wait until all have completed and everything is at rest."""
    (tenant,) = await Tenants(stage.cluster)("tenant")
    remediation = Remediations(stage.cluster)
    requests = [await remediation(tenant).submit() for _ in range(count)]
    for request in requests:
        await request.reaches("Completed")
    await stage.cluster.settled()
    return requests
