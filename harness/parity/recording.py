"""Takes the record of a scenario from its stage, when the scenario is over and has passed.

First everything comes to rest, and what is seen then is noted. In virtual time the run is then played on until nothing is to
come any more, which costs nothing, and what that adds is noted as *later*. All of it comes from the history, which misses
no version, so counts are exact; where it has a gap, the record says so.

What a project has to add about objects (entries of an audit trail, for instance) comes from functions of its own:

    [tool.harness.records]              # name of the aspect = an async function: (stage) → entries by the uid of their object
    audit = "harness.remediation.trail:recorded"
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from harness.clusters.client import Plural
from harness.history.subject import look_up
from harness.history.writers import writer
from harness.parity.record import EVENTS, PHASES, WRITES, Account, Part, Record, aspects_of
from harness.references import attribute

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from harness.history import Version
    from harness.stage import Stage

KUBERNETES_EVENTS = Plural("", "v1", "events")
"""Recorded beside the kinds of the scenario, when a record is wanted."""

Entries = dict[str, dict[str, tuple[str, ...]]]
"""By uid and aspect."""


@dataclass(frozen=True, slots=True)
class _Snapshot:
    """What is known at one moment."""

    roles: Mapping[str, str]
    entries: Entries


async def take(stage: Stage) -> Record:
    """Settle; then note what was done, and, in virtual time, what is still to come.

    :raises SimulationError: the run does not come to rest.
    """
    cluster = stage.cluster
    await cluster.settled()
    seen = after = await _snapshot(stage)
    if cluster.virtual_time:
        await cluster.settled(until=cluster.history.now() + cluster.history.patience)
        after = await _snapshot(stage)
    return Record(
        aspects=aspects_of(stage.config.records),
        parts=tuple(
            Part(role, _accounts(seen.entries.get(uid, {}), after.entries[uid])) for uid, role in after.roles.items()
        ),
        complete=cluster.virtual_time,
        gaps=tuple(cluster.history.gaps),
    )


async def _snapshot(stage: Stage) -> _Snapshot:
    history, tenants = stage.cluster.history, stage.cluster.tenants
    roles: dict[str, str] = {}
    entries: Entries = {}
    for plural in (one for one in history.kinds if one != KUBERNETES_EVENTS):
        phase_path = stage.config.phases.get(plural.plural, "status.phase")
        for uid, versions in history.objects(plural).items():
            namespace = versions[0].object["metadata"].get("namespace", "")
            if namespace and namespace not in tenants:
                continue  # somebody else's, on a cluster that is shared
            roles[uid] = f"{plural.plural} in {tenants[namespace]}" if namespace else plural.plural
            entries[uid] = {PHASES: walked(versions, phase_path), WRITES: written(versions)}
    told = {EVENTS: posted([versions[-1] for versions in history.objects(KUBERNETES_EVENTS).values()])}
    for aspect, target in stage.config.records.items():
        told[aspect] = await attribute(target)(stage)
    for aspect, by_uid in told.items():
        for uid, found in by_uid.items():
            if uid in entries:
                entries[uid][aspect] = tuple(found)
    return _Snapshot(roles, entries)


def walked(versions: Sequence[Version], phase_path: str) -> tuple[str, ...]:
    """Return the phases that an object walked through, repetitions merged."""
    phases: list[str] = []
    for version in versions:
        phase = look_up(version.object, phase_path)
        if phase and (not phases or phases[-1] != phase):
            phases.append(str(phase))
    return tuple(phases)


def written(versions: Sequence[Version]) -> tuple[str, ...]:
    """Return an entry for each version of an object: what made it, and who. Who deleted it, no version tells."""
    return tuple(
        "deleted" if version.gone else f"{'changed' if before else 'created'} by {writer(version, before)}"
        for before, version in zip([None, *versions], versions, strict=False)
    )


def posted(events: Sequence[Version]) -> dict[str, tuple[str, ...]]:
    """Return type and reason of Kubernetes Events by the uid of the object that they are about, as often as they count."""
    found: dict[str, list[str]] = {}
    for version in events:
        body = version.object
        times = body.get("count") or look_up(body, "series.count") or 1
        found.setdefault(str(look_up(body, "involvedObject.uid")), []).extend(
            [f"{body.get('type', '')} {body.get('reason', '')}".strip()] * int(times)
        )
    return {uid: tuple(entries) for uid, entries in found.items()}


def _accounts(seen: Mapping[str, tuple[str, ...]], full: Mapping[str, tuple[str, ...]]) -> dict[str, Account]:
    return {aspect: _account(seen.get(aspect, ()), entries) for aspect, entries in full.items()}


def _account(seen: tuple[str, ...], full: tuple[str, ...]) -> Account:
    """Split an account in two; what was seen is not always its beginning, as entries of several tellers may be mixed."""
    if full[: len(seen)] == seen:
        return Account(seen, full[len(seen) :])
    return Account(seen, tuple((Counter(full) - Counter(seen)).elements()))
