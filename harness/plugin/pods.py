"""What pods have to say about a scenario that failed: their state, restarts and logs."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from harness.stage import Stage


def pods_of(stage: Stage | None) -> list[str]:
    """Return it in lines; none where operators are no pods.

    Called between the scenario and the end of its stage, when its loop stands still and the pods are there yet.
    """
    company = stage.company if stage is not None else None
    if stage is None or company is None or stage.run.loop.is_running() or stage.run.loop.is_closed():
        return []
    try:
        return stage.run.loop.run_until_complete(company.accounts())
    except Exception as error:  # noqa: BLE001  whatever it is, the scenario's own failure must be told
        return [f"(the pods cannot be asked: {error!r})"]
