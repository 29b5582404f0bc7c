"""Up and down: what is there is used, what is half made is removed, and nothing is touched that is not ours.

Each step is told (`steps`). Whatever ends it, Ctrl-C included, leaves either a cluster that is ready or none; ``retain`` leaves a
half-made one for a look, which the next ``up`` or ``down`` removes.
"""

from __future__ import annotations

import contextlib
import signal
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from harness.clusters.kind import api, node_image, nodes
from harness.clusters.kind.command import Kind
from harness.clusters.kind.engine import Engine
from harness.clusters.kind.errors import KindError
from harness.clusters.kind.kubeconfig import Access
from harness.clusters.kind.program import find
from harness.clusters.kind.record import Place, Record

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from harness.clusters.cluster import Address
    from harness.clusters.kind.steps import Steps

_READY: Final = "180s"
"""What kind may wait for the control plane, once kubeadm is through."""

_AGAIN_S: Final = 90.0
"""What a cluster may take to answer whose containers were started again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a cluster shall be like.

    :ivar config: kind's configuration file.
    :ivar crds: files and folders of CRDs and namespaces.
    :ivar retain: keep what is half made when it fails.
    """

    config: Path | None = None
    crds: Sequence[Path] = ()
    retain: bool = False


def up(place: Place, wish: Wish, steps: Steps) -> Record:
    """Bring a cluster up, unless it is.

    :raises ClusterError: something is missing or in the way; the message says what to do.
    """
    with place.held():
        engine = Engine.chosen()
        with steps.step(f"looking for {engine.name} and kind") as step:
            engine.check()
            kind = Kind(find(), engine)
            step.result = f"{engine.name} answers, kind is {kind.program}"
        record = _standing(place, engine, steps) or _make(place, kind, wish, steps)
        if wish.crds:
            from harness.clusters.kind.definitions import define  # noqa: PLC0415  brings an HTTP client; down does without

            with steps.step("applying CRDs") as step:
                step.result = f"{define(address(place, record), wish.crds)} CRDs applied and served"
        return record


def down(place: Place, steps: Steps) -> Record | None:
    """Remove what we made; returns what it was.

    :raises KindError: it cannot be removed, or it is not ours.
    """
    with place.held():
        record = place.read()
        if record is None:
            return None
        engine = Engine(record.engine)
        found = nodes.nodes(engine, place.name)
        if _foreign(record, found):
            place.clear()
            raise KindError(f"{_somebody_elses(place.name)}; ours was gone already")
        with steps.step(f"removing {place.name}") as step:
            _remove(place, record, engine)
            step.result = f"{place.name} removed: {len(found)} containers and their volumes"
        return record


def address(place: Place, record: Record) -> Address:
    """Return where a cluster of ours is, with an administrator's certificate.

    :raises KindError: its kubeconfig does not lead there any more.
    """
    access = Access.read(place.kubeconfig, f"kind-{place.name}")
    if access.server != record.server:
        raise KindError(
            f"{place.kubeconfig} leads to {access.server}, not to the cluster that we made ({record.server}): take it down and up again"
        )
    return access.address(place.folder)


def standing(place: Place) -> Record:
    """Return the cluster that is up by its record, whether or not it answers.

    :raises KindError: there is none of ours.
    """
    record = place.read()
    if record is None or not record.ready:
        raise KindError(
            f"no kind cluster of ours is up ({place.name}): make kind-up, or name one of yours with --context"
        )
    return record


def _standing(place: Place, engine: Engine, steps: Steps) -> Record | None:
    """Return what is up already; what is left of a half-made one is removed."""
    record, found = place.read(), nodes.nodes(engine, place.name)
    if record is None and not found:
        return None
    if record is None or _foreign(record, found):
        raise KindError(_somebody_elses(place.name))
    if not record.ready or not found:
        with steps.step(f"removing what is left of {place.name}") as step:
            _remove(place, record, engine)
            step.result = f"removed what was left of {place.name}"
        return None
    with steps.step(f"asking {place.name} whether it is up") as step:
        nodes.start(engine, found)
        about = api.wait(address(place, record), patience_s=_AGAIN_S)
        step.result = f"{place.name} is up already: Kubernetes {about}"
    return record


def _make(place: Place, kind: Kind, wish: Wish, steps: Steps) -> Record:
    engine = kind.engine
    with steps.step("choosing a node image") as step:
        nodes.check_room(engine)
        image = node_image.choose(engine)
        step.result = f"node image: {image}"
    network = not nodes.has_network(engine)
    record = Record(
        name=place.name,
        engine=engine.name,
        image=image.name,
        since=datetime.now(UTC).replace(microsecond=0),
        network=network,
    )
    place.note(record)
    try:
        with steps.step(f"creating {place.name}") as step:
            words = [
                "--name",
                place.name,
                "--kubeconfig",
                str(place.kubeconfig),
                "--wait",
                _READY,
                "--retain",
                *image.words,
            ]
            words += ["--config", str(wish.config)] if wish.config else []
            kind.run("create", "cluster", *words, log=place.log, at=step.at)
            about = api.wait(
                (access := Access.read(place.kubeconfig, f"kind-{place.name}")).address(place.folder),
                patience_s=_AGAIN_S,
            )
            step.result = f"{place.name} created: Kubernetes {about} at {access.server}"
        record = replace(record, nodes=nodes.nodes(engine, place.name), server=access.server)
        place.note(record)
    except BaseException:  # Ctrl-C too: nothing half made stays behind
        if wish.retain:
            steps.say(
                f"  kept for a look: {engine.name} logs {place.name}-control-plane; harness cluster down kind removes it"
            )
        else:
            with _undisturbed(), steps.step(f"removing what was begun of {place.name}") as step:
                _remove(place, record, engine)
                step.result = f"removed what was begun of {place.name}"
        raise
    return record


def _remove(place: Place, record: Record, engine: Engine) -> None:
    nodes.remove(engine, nodes.nodes(engine, place.name))
    if record.network:
        nodes.remove_network(engine)
    place.clear()


def _foreign(record: Record, found: tuple[str, ...]) -> bool:
    """Whether there are containers under the name that are not those which we made."""
    return record.ready and bool(found) and set(found) != set(record.nodes)


def _somebody_elses(name: str) -> str:
    return (
        f"a kind cluster named {name} is there, and it is not ours: left alone; name another (--name), or remove it "
        f"(kind delete cluster --name {name})"
    )


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """Let a second Ctrl-C wait: what is being removed would be left."""
    before = {number: signal.signal(number, signal.SIG_IGN) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
