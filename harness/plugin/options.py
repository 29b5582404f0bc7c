"""The options of the plugin, and what they make of the configuration."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.clusters import choice, venues
from harness.clusters.cluster import ClusterError
from harness.clusters.venues import EMBEDDED, KIND
from harness.config import Config, ConfigError
from harness.references import check_operator, defect

CONFIG = pytest.StashKey[Config]()
"""What this run may put on its stages."""

CLUSTER = pytest.StashKey[str]()
"""What the cluster is, for people; empty for the embedded one."""

CHOSEN = pytest.StashKey[bool]()
"""Set when nobody named the cluster on the command line."""

WITHOUT_NODES = (EMBEDDED, "envtest")
"""Clusters that are an API server alone."""

OF_SIMULATION = ("seed", "seeds", "tape")
"""Options that make sense only where time is virtual, and nothing where it is real."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the harness's options."""
    group = parser.getgroup("harness", "rehearsals of Kubernetes controllers")
    group.addoption(
        "--cluster",
        metavar="KIND",
        help="embedded: in virtual time; envtest: a real kube-apiserver, in real time; kind: Kubernetes in Docker. By default "
        "kind once `make kind-up` has been run here, else embedded",
    )
    group.addoption(
        "--context",
        default="",
        metavar="NAME",
        help="with --cluster kind: play on the cluster of this context of your kubeconfig instead of one that we made",
    )
    group.addoption(
        "--seed",
        type=int,
        default=0,
        metavar="N",
        help="0 (default): the plain run; any other draws latencies and ties",
    )
    group.addoption("--seeds", type=int, default=1, metavar="N", help="run each scenario under N seeds, from --seed on")
    group.addoption(
        "--scenario",
        action="append",
        default=[],
        metavar="ID",
        help="only this scenario, with or without the part in brackets; repeatable; * for all, and no other test",
    )
    group.addoption(
        "--tape", type=Path, metavar="FILE", help="write the tape of the run (JSON Lines); for one scenario and seed"
    )
    group.addoption(
        "--record",
        action="store_true",
        help="keep what each scenario did, for `harness parity`; takes a settling at its end",
    )
    group.addoption("--with-defect", action="append", default=[], metavar="NAME", help="switch a historic defect on")
    group.addoption(
        "--deploy",
        action="store_true",
        help="on a cluster with nodes: run operators there, as the Deployments of [tool.harness] deploy",
    )
    group.addoption(
        "--image",
        default="",
        metavar="NAME",
        help="with --deploy: run this image, which nodes can pull; by default ours is built and loaded",
    )
    group.addoption(
        "--roles",
        action="store_true",
        help="give operators the rights that [tool.harness] deploy gives them, and no others; a refusal fails the scenario",
    )
    group.addoption(
        "--operator",
        metavar="MODULE",
        help="rehearse this operator (a module or a file) instead of the configured ones",
    )
    group.addoption("--crds", type=Path, metavar="DIR", help="with --operator: the folder of its CRDs")


def checked(config: pytest.Config) -> Config:
    """Return the configuration of this run.

    :raises pytest.UsageError: an option names something that is not there; the message says what there is.
    """
    try:
        found = Config.read(config.rootpath)
    except ConfigError as error:
        raise pytest.UsageError(str(error)) from error
    if config.getoption("--cluster") is None:
        config.option.cluster = _default(config, found)
        config.stash[CHOSEN] = True
    cluster = config.getoption("--cluster")
    try:
        config.stash[CLUSTER] = venues.check(cluster, context=config.getoption("--context"))
    except ClusterError as error:
        raise pytest.UsageError(f"--cluster {cluster}: {error}") from error
    if on_real_cluster(config):
        _refuse_simulation(config)
    _check_deploy(config)
    if config.getoption("--seeds") < 1:
        raise pytest.UsageError("--seeds takes a whole number from 1")
    tape: Path | None = config.getoption("--tape")
    if tape is not None and not tape.absolute().parent.is_dir():
        raise pytest.UsageError(f"--tape {tape}: there is no folder {tape.parent}")
    try:
        return _checked(config, found)
    except ConfigError as error:
        raise pytest.UsageError(str(error)) from error


def on_real_cluster(config: pytest.Config) -> bool:
    """Whether scenarios are played in real time."""
    return venues.is_real(config.getoption("--cluster"))


def may_run_scenarios(config: pytest.Config, found: Config) -> bool:
    """Whether one of the paths given to pytest leads to, or into, a folder of scenarios."""
    given = [(config.invocation_params.dir / word.partition("::")[0]).resolve() for word in config.args]
    folders = [Path(folder).resolve() for folder in found.scenarios]
    return any(a.is_relative_to(b) or b.is_relative_to(a) for a in given for b in folders)


def _default(config: pytest.Config, found: Config) -> str:
    """Return the cluster of a run that names none. What was chosen for scenarios is not asked of a run that has none."""
    if config.getoption("--context"):
        return KIND
    simulated = any(config.getoption(f"--{name}") not in {None, 0, 1} for name in OF_SIMULATION)
    if not may_run_scenarios(config, found):
        return EMBEDDED
    return choice.default(found.root, simulated=simulated or config.getoption("collectonly"))


def _check_deploy(config: pytest.Config) -> None:
    """Refuse what cannot go together with --deploy.

    :raises pytest.UsageError: it was asked for.
    """
    if not config.getoption("--deploy"):
        if config.getoption("--image"):
            raise pytest.UsageError("--image goes with --deploy: in this process operators need none")
        return
    cluster = config.getoption("--cluster")
    if cluster in WITHOUT_NODES:
        raise pytest.UsageError(f"--deploy: {cluster} has no nodes to run pods on; it takes --cluster kind")
    if config.getoption("--with-defect"):
        raise pytest.UsageError(
            "--deploy: a defect is put into this process, and operators run in pods; leave one of both away"
        )
    if config.getoption("--roles"):
        raise pytest.UsageError("--deploy gives operators their roles by itself; leave --roles away")
    if config.getoption("numprocesses", None):
        raise pytest.UsageError(
            "--deploy: the cluster has one deployment, which scenarios use in turn; leave -n (--jobs) away"
        )


def _refuse_simulation(config: pytest.Config) -> None:
    for name in OF_SIMULATION:
        if config.getoption(f"--{name}") not in {None, 0, 1}:
            raise pytest.UsageError(
                f"--{name}: only simulated runs have one; on --cluster {config.getoption('--cluster')} "
                "the order of things is what it is"
            )


def _checked(config: pytest.Config, found: Config) -> Config:
    crds: Path | None = config.getoption("--crds")
    if operator := config.getoption("--operator"):
        if crds is not None and not crds.exists():
            raise ConfigError(f"--crds {crds}: no such file or folder")
        check_operator(operator)
        found = found.with_operator(operator, crds)
    elif crds is not None:
        raise ConfigError("--crds goes with --operator: the configured operators have theirs in [tool.harness] crds")
    for name in config.getoption("--with-defect"):
        defect(found, name)
    if config.getoption("--roles") or config.getoption("--deploy"):
        found.deployment()
    return found


def pytest_report_header(config: pytest.Config) -> str:
    """Say what the scenarios run on."""
    defects = "".join(f", with defect {name}" for name in config.getoption("--with-defect"))
    if config.getoption("--deploy"):
        defects += ", operators as pods"
    if config.getoption("--roles"):
        defects += ", operators with the rights of their roles"
    cluster = f"harness: {config.getoption('--cluster')} cluster"
    if on_real_cluster(config):
        why = (
            "; chosen here by `harness cluster up`, --cluster embedded goes back"
            if config.stash.get(CHOSEN, False)
            else ""
        )
        return f"{cluster}, real time, {config.stash[CLUSTER]}{defects}{why}"
    seed, seeds = config.getoption("--seed"), config.getoption("--seeds")
    runs = f"seed {seed}" if seeds == 1 else f"seeds {seed}-{seed + seeds - 1}"
    return f"{cluster}, virtual time, {runs}{defects}"
