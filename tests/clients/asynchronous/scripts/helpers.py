"""What the clients bring along beside their APIs: manifests, leader election."""

import asyncio
from typing import Any

from ...kubernetes.scripts.helpers import MANIFESTS
from ..session import Asynchronous, script


@script
async def manifests(api: Asynchronous) -> None:
    file, utils = api.folder / "all.yaml", api.part("utils")
    file.write_text("---".join(MANIFESTS.split("---")[:2]), "utf-8")
    created = await api.gives("create", utils.create_from_yaml(api.api, str(file), namespace=api.namespace))
    assert ["one", "web"] == [
        one.metadata.name for made in created for one in (made if isinstance(made, list) else [made])
    ]
    again = await api.refuses(
        "create again",
        utils.create_from_yaml(api.api, str(file), namespace=api.namespace),
        utils.FailToCreateError,
    )
    assert [409, 409] == statuses(again)


def statuses(failure: Any) -> list[int]:
    """Return the statuses of what failed; failures are nested in one of the clients."""
    if not hasattr(failure, "api_exceptions"):
        return [failure.status]
    return [status for one in failure.api_exceptions for status in statuses(one)]


@script
async def elected(api: Asynchronous) -> None:
    """Of two candidates the second leads when the first has let its lease run out.

    The lease is there before: kubernetes.aio 37.0.2 cannot create one (it passes its own API a boolean for a string).
    """
    election, config = api.part("leaderelection.leaderelection"), api.part("leaderelection.electionconfig")
    lock = api.part("leaderelection.resourcelock.leaselock").LeaseLock
    lease, led = f"{api.namespace}-lease", []
    empty = api.client.V1Lease(metadata=api.client.V1ObjectMeta(name=lease), spec=api.client.V1LeaseSpec())
    await api.coordination.create_namespaced_lease(api.namespace, empty)
    begun = {name: asyncio.Event() for name in ("first", "second")}

    def stand(name: str) -> asyncio.Task[None]:
        async def leading() -> None:
            led.append(name)
            begun[name].set()
            await asyncio.Event().wait()

        async def stopped() -> None:
            led.append(f"{name} stopped")

        chosen: Any = config.Config(
            lock(lease, api.namespace, name, api.api),
            lease_duration=3,
            renew_deadline=2,
            retry_period=1,
            onstarted_leading=leading,
            onstopped_leading=stopped,
        )
        return asyncio.create_task(election.LeaderElection(chosen).run())

    first = stand("first")
    await asyncio.wait_for(begun["first"].wait(), 30)
    second = stand("second")
    first.cancel()
    await asyncio.wait_for(begun["second"].wait(), 60)
    second.cancel()
    await asyncio.wait([first, second])

    api.note("led", led)
    api.note("lease", await api.coordination.read_namespaced_lease(lease, api.namespace))
    assert ["first", "second"] == led
