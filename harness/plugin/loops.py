"""A loop for every scenario: of virtual time on the embedded cluster, of real time on the others."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

import pytest

from harness.plugin.options import on_real_cluster
from harness.plugin.results import STARTED
from harness.scenario import plan_of, seed_of

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping

VIRTUAL_DEADLINE = 30 * 86400.0
"""Virtual seconds that a scenario may take: thirty days."""

_current = pytest.StashKey[pytest.Item]()


@pytest.hookimpl(optionalhook=True)
def pytest_asyncio_loop_factories(
    config: pytest.Config, item: pytest.Item
) -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    """Hand out the cluster's loops to scenarios, virtual-time ones to tests marked `virtual_time`, and plain ones to all others."""
    if plan_of(item) is not None and on_real_cluster(config):
        return {"real time": _real_loop}
    if plan_of(item) is None and item.get_closest_marker("virtual_time") is None:
        return {"real": asyncio.new_event_loop}

    def make() -> asyncio.AbstractEventLoop:
        from harness.simulation.clock import VirtualLoop  # noqa: PLC0415  heavy; other tests do without

        current = config.stash.get(_current, None)
        return VirtualLoop(seed=0 if current is None else seed_of(current), deadline=VIRTUAL_DEADLINE)

    return {"virtual": make}


def _real_loop() -> asyncio.AbstractEventLoop:
    from harness.realtime.loop import RealLoop  # noqa: PLC0415  only real clusters need it

    return RealLoop()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None, Any, Any]:
    """Note whose loop is asked for next, and when it all began."""
    item.config.stash[_current] = item
    item.stash[STARTED] = time.perf_counter()
    return (yield)
