"""What makes a coroutine a scenario.

    @scenario(upstream="BR-ORCH-042 … should isolate blocking by namespace (multi-tenant)")
    async def test_failures_of_one_tenant_never_block_another(tenants, remediation, history):
        '''Three failures in A block A's next request; the same fingerprint in B goes on.'''

Its first sentence is what it stands for; `harness list` prints it. Its id is its name in kebab case, which `harness run` takes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

F = TypeVar("F", bound="Callable[..., Any]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a scenario asks of its stage.

    :ivar upstream: the specification or test that it stands for, if there is one.
    :ivar operators: names of the operators that run; ``None`` for all that are configured by default.
    :ivar restarts: whether crashed operators come up again by themselves.
    :ivar settings: environment of single operators, by operator name.
    :ivar virtual_time: why it makes sense in virtual time only, so that real clusters skip it; empty when they do not.
    :ivar differs: what may differ from cluster to cluster, and why, by aspect (see `parity.record`): ``{"writes": "…"}``.
    """

    upstream: str = ""
    operators: tuple[str, ...] | None = None
    restarts: bool = True
    settings: Mapping[str, Mapping[str, str]] | None = None
    virtual_time: str = ""
    differs: Mapping[str, str] = field(default_factory=dict)


def scenario(
    *,
    upstream: str = "",
    operators: Sequence[str] | None = None,
    restarts: bool = True,
    settings: Mapping[str, Mapping[str, str]] | None = None,
    virtual_time: str = "",
    differs: Mapping[str, str] | None = None,
) -> Callable[[F], F]:
    """Mark a test coroutine as a scenario; the arguments are those of `Plan`."""
    plan = Plan(
        upstream=upstream,
        operators=None if operators is None else tuple(operators),
        restarts=restarts,
        settings=settings,
        virtual_time=virtual_time,
        differs=dict(differs or {}),
    )
    mark = pytest.mark.scenario(plan)

    def decorate(function: F) -> F:
        if not function.__doc__:
            raise TypeError(f"scenario {function.__name__} needs a docstring: the sentence it stands for")
        for aspect, reason in plan.differs.items():
            if not isinstance(reason, str) or not reason.strip():
                raise TypeError(f"scenario {function.__name__}: differs needs a reason why {aspect} may differ")
        # The second mark is for projects that leave pytest-asyncio in its strict mode.
        marked: F = pytest.mark.asyncio(mark(function))
        return marked

    return decorate


def plan_of(item: Any) -> Plan | None:
    """Return the plan of a collected test, or ``None`` when it is no scenario."""
    marker = item.get_closest_marker("scenario")
    plan: Plan | None = marker.args[0] if marker is not None else None
    return plan


def needs_virtual_time(item: Any) -> str:
    """Say why a scenario cannot be played in real time; empty when it can."""
    plan = plan_of(item)
    if plan is not None and plan.virtual_time:
        return plan.virtual_time
    return "it takes the simulated run" if "simulation" in getattr(item, "fixturenames", ()) else ""


def id_of(item: Any) -> str:
    """Return a scenario's id: its name in kebab case, parameters in brackets, the seed left out."""
    name = getattr(item, "originalname", None) or item.name.partition("[")[0]
    slug: str = name.removeprefix("test_").replace("_", "-")
    spec = getattr(item, "callspec", None)
    if spec is None:
        return slug
    parts = [
        part for part in item.name.partition("[")[2].rstrip("]").split("-") if part and not part.startswith("seed ")
    ]
    return f"{slug}[{'-'.join(parts)}]" if parts else slug


def seed_of(item: Any) -> int:
    """Return the seed that a collected scenario runs under."""
    spec = getattr(item, "callspec", None)
    return int(spec.params.get("seed", 0)) if spec is not None else 0


def sentence_of(item: Any) -> str:
    """Return the sentence that a scenario stands for."""
    return str(item.function.__doc__).strip().partition("\n\n")[0].replace("\n    ", " ")
