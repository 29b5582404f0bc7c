"""Where the harness finds what it rehearses: ``[tool.harness]`` in pyproject.toml, and options.

The generic harness imports no operator and no service: it knows them by name.

    [tool.harness]
    scenarios = ["harness/scenarios"]
    crds = ["crds"]
    defects = "harness.replay.defects:DEFECTS"

    [tool.harness.operators]            # name of the actor = module
    remediation-orchestrator = "operators.remediation_orchestrator"

    [tool.harness.services]             # host name = where its stage hand is
    datastorage = "harness.remediation.stagehands:datastorage"

    [tool.harness.serve]                # the same service as a process of its own, for `harness serve --operators`
    datastorage = "services.datastorage"

    [tool.harness.run]                  # context managers that a run on several workers enters once
    datastorage = "harness.remediation.stagehands:shared_server"

    [tool.harness]
    deploy = "deploy/overlays/kind"     # a kustomization: the operators as a cluster runs them, with their rights

    [tool.harness.image]                # what that kustomization runs; see `deployment.image`
    name = "controller-rehearsal"

    [tool.harness.time-scale]           # for rehearsals in real time; see `scale`
    scenario = 0.04

    [tool.harness.phases]               # where kinds keep their phase, unless it is in status.phase; for `harness parity`
    remediationrequests = "status.overallPhase"

    [tool.harness.records]              # what else it compares; see `parity.recording`
    audit = "harness.remediation.trail:recorded"
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from harness.clusters.cluster import ClusterError
from harness.scale import AS_IT_SAYS, TimeScale

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


class ConfigError(Exception):
    """The configuration or an option names something that is not there; the message says what there is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """How the image of the deployment is built.

    :ivar name: without a tag, as the manifests call it.
    :ivar requirements: a lock with hashes.
    :ivar packages: folders of Python packages that go into it.
    """

    name: str
    dockerfile: Path
    requirements: Path
    packages: tuple[Path, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """What a run may put on its stage.

    :ivar root: the folder of pyproject.toml; other paths are relative to it.
    :ivar operators: module by actor name. A module with ``build(registry, settings)`` is built; any other is imported afresh
        at each start, for the handlers it decorates.
    :ivar default_operators: those that run when a scenario names none.
    :ivar services: ``module:function`` by host name.
    :ivar serve: modules by service name, run as ``python -m MODULE --port 0 --json``.
    :ivar run: ``module:function`` of what a run on several workers has once, by name.
    :ivar deploy: the folder of a kustomization that runs the operators in a cluster, each a Deployment of its name; or ``None``.
    :ivar image: how the image of those Deployments is built, or ``None``.
    :ivar defects: ``module:mapping`` of the historic defects, or empty.
    :ivar time_scale: what durations are multiplied by on real clusters.
    :ivar phases: path of the phase by plural, where it is not ``status.phase``.
    :ivar records: ``module:function`` of what is recorded of a scenario beside phases, writes and Events, by aspect.
    """

    root: Path
    scenarios: tuple[Path, ...] = ()
    crds: tuple[Path, ...] = ()
    operators: Mapping[str, str] = field(default_factory=dict)
    default_operators: tuple[str, ...] = ()
    services: Mapping[str, str] = field(default_factory=dict)
    serve: Mapping[str, str] = field(default_factory=dict)
    run: Mapping[str, str] = field(default_factory=dict)
    deploy: Path | None = None
    image: Image | None = None
    defects: str = ""
    time_scale: TimeScale = AS_IT_SAYS
    phases: Mapping[str, str] = field(default_factory=dict)
    records: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, root: Path) -> Config:
        """Read ``[tool.harness]`` below a folder; without one, an empty configuration.

        :raises ConfigError: pyproject.toml is not TOML, or a factor in it is none.
        """
        file = root / "pyproject.toml"
        table: dict[str, Any] = {}
        if file.is_file():
            try:
                table = tomllib.loads(file.read_text("utf-8")).get("tool", {}).get("harness", {})
            except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
                raise ConfigError(f"{file} is not valid TOML: {error}") from error
        operators = dict(table.get("operators", {}))
        return cls(
            root=root,
            scenarios=tuple(root / one for one in table.get("scenarios", ())),
            crds=tuple(root / one for one in table.get("crds", ())),
            operators=operators,
            default_operators=tuple(table.get("default-operators", operators)),
            services=dict(table.get("services", {})),
            serve=dict(table.get("serve", {})),
            run=dict(table.get("run", {})),
            deploy=root / table["deploy"] if table.get("deploy") else None,
            image=_image(root, file, table["image"]) if "image" in table else None,
            defects=str(table.get("defects", "")),
            time_scale=_time_scale(file, table.get("time-scale", {})),
            phases=dict(table.get("phases", {})),
            records=dict(table.get("records", {})),
        )

    def with_operator(self, module: str, crds: Path | None) -> Config:
        """Rehearse somebody's own operator alone: no other operator, no service, its own CRDs."""
        name = module.rpartition("/")[2].removesuffix(".py").rpartition(".")[2]
        return replace(
            self,
            operators={name: module},
            default_operators=(name,),
            services={},
            serve={},
            run={},
            deploy=None,
            records={},
            image=None,
            defects="",
            crds=() if crds is None else (crds,),
        )

    def deployment(self) -> list[dict[str, Any]]:
        """Return the manifests that run the operators in a cluster.

        :raises ConfigError: none are configured, or they cannot be read.
        """
        if self.deploy is None:
            raise ConfigError("[tool.harness] deploy names no kustomization: what operators may do is written there")
        from harness.deployment.kustomization import render  # noqa: PLC0415  half a second; most commands do without

        try:
            return render(self.deploy)
        except ClusterError as error:
            raise ConfigError(f"[tool.harness] deploy: {error}") from error

    def built(self) -> Image:
        """Return how the deployment's image is built.

        :raises ConfigError: it is not configured.
        """
        if self.image is None:
            raise ConfigError("[tool.harness.image] is not there: it says what the image of the deployment is made of")
        return self.image

    def operator(self, name: str) -> str:
        """Return the module of an operator.

        :raises ConfigError: there is no such operator.
        """
        if name not in self.operators:
            known = ", ".join(sorted(self.operators)) or "none"
            raise ConfigError(f"unknown operator {name!r}; [tool.harness.operators] knows: {known}")
        return self.operators[name]


def _image(root: Path, file: Path, table: Mapping[str, Any]) -> Image:
    """Read ``[tool.harness.image]``."""
    wanted = {"name", "dockerfile", "requirements", "packages"}
    if wrong := sorted(wanted ^ set(table)):
        raise ConfigError(f"{file}: [tool.harness.image] takes {', '.join(sorted(wanted))}; look at {wrong[0]}")
    return Image(
        name=str(table["name"]),
        dockerfile=root / table["dockerfile"],
        requirements=root / table["requirements"],
        packages=tuple(root / one for one in table["packages"]),
    )


def _time_scale(file: Path, table: Mapping[str, Any]) -> TimeScale:
    """Read ``[tool.harness.time-scale]``."""
    unknown = sorted(set(table) - {"scenario", "settings"})
    if unknown:
        raise ConfigError(f"{file}: [tool.harness.time-scale] knows scenario and settings, not {unknown[0]}")
    try:
        return TimeScale(scenario=table.get("scenario", 1.0), settings=dict(table.get("settings", {})))
    except ValueError as error:
        raise ConfigError(f"{file}: [tool.harness.time-scale]: {error}") from error
