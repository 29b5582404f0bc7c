"""The options of the plugin, and what they make of the configuration."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.clusters import venues
from harness.clusters.cluster import ClusterError
from harness.clusters.venues import EMBEDDED
from harness.config import Config, ConfigError
from harness.references import check_operator, defect

CONFIG = pytest.StashKey[Config]()
"""What this run may put on its stages."""

CLUSTER = pytest.StashKey[str]()
"""What the cluster is, for people; empty for the embedded one."""

OF_SIMULATION = ("seed", "seeds", "tape")
"""Options that make sense only where time is virtual, and nothing where it is real."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the harness's options."""
    group = parser.getgroup("harness", "rehearsals of Kubernetes controllers")
    group.addoption(
        "--cluster",
        default=EMBEDDED,
        metavar="KIND",
        help="embedded (default): in virtual time; envtest: a real kube-apiserver, in real time; kind is to come",
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
    cluster = config.getoption("--cluster")
    try:
        config.stash[CLUSTER] = venues.check(cluster)
    except ClusterError as error:
        raise pytest.UsageError(f"--cluster {cluster}: {error}") from error
    if on_real_cluster(config):
        _refuse_simulation(config)
    if config.getoption("--seeds") < 1:
        raise pytest.UsageError("--seeds takes a whole number from 1")
    tape: Path | None = config.getoption("--tape")
    if tape is not None and not tape.absolute().parent.is_dir():
        raise pytest.UsageError(f"--tape {tape}: there is no folder {tape.parent}")
    try:
        return _checked(config, Config.read(config.rootpath))
    except ConfigError as error:
        raise pytest.UsageError(str(error)) from error


def on_real_cluster(config: pytest.Config) -> bool:
    """Whether scenarios are played in real time."""
    return venues.is_real(config.getoption("--cluster"))


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
    if config.getoption("--roles"):
        found.deployment()
    return found


def pytest_report_header(config: pytest.Config) -> str:
    """Say what the scenarios run on."""
    defects = "".join(f", with defect {name}" for name in config.getoption("--with-defect"))
    if config.getoption("--roles"):
        defects += ", operators with the rights of their roles"
    cluster = f"harness: {config.getoption('--cluster')} cluster"
    if on_real_cluster(config):
        return f"{cluster}, real time, {config.stash[CLUSTER]}{defects}"
    seed, seeds = config.getoption("--seed"), config.getoption("--seeds")
    runs = f"seed {seed}" if seeds == 1 else f"seeds {seed}-{seed + seeds - 1}"
    return f"{cluster}, virtual time, {runs}{defects}"
