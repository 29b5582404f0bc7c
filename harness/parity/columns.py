"""What is compared: clusters, and ways to play on one, as the columns of the table.

==================  ============================================================================
``embedded``        the plain run in virtual time
``embedded@7``      as seed 7 plays it
``envtest``         a real control plane, operators in the test's process
``kind+deploy``     the same operators as Deployments in the cluster
==================  ============================================================================
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from harness.clusters import venues
from harness.clusters.cluster import ClusterError
from harness.clusters.venues import EMBEDDED, KIND
from harness.config import ConfigError

_INSIDE = "+deploy"


@dataclass(frozen=True, slots=True)
class Column:
    """One way to play all scenarios.

    :ivar name: as it is written.
    :ivar inside: whether the operators run inside the cluster.
    :ivar context: of a person's kubeconfig: the cluster that stands for kind.
    """

    name: str
    cluster: str
    seed: int = 0
    inside: bool = False
    context: str = ""

    @classmethod
    def parse(cls, text: str, *, context: str = "") -> Self:
        """Read a column as it is written.

        :raises ConfigError: it is none.
        """
        base, inside = text.removesuffix(_INSIDE), text.endswith(_INSIDE)
        cluster, at, seed = base.partition("@")
        if at and (cluster != EMBEDDED or not seed.isdecimal()):
            raise ConfigError(f"--clusters {text}: only {EMBEDDED} has seeds, which are numbers: {EMBEDDED}@7")
        if inside and not venues.is_real(cluster):
            raise ConfigError(f"--clusters {text}: nothing is deployed on {cluster}; operators there run beside it")
        return cls(text, cluster, int(seed or 0), inside, context if cluster == KIND else "")

    @property
    def virtual(self) -> bool:
        """Whether its time is virtual."""
        return not venues.is_real(self.cluster)

    def arguments(self, *, jobs: int = 1, image: str = "") -> list[str]:
        """Return what ``harness run`` takes for it.

        :param jobs: over how many processes to spread it; a cluster with operators inside takes one at a time.
        :param image: what pods run, where operators are pods.
        """
        seed = [f"--seed={self.seed}"] if self.seed else []
        context = [f"--context={self.context}"] if self.context else []
        found = [f"--cluster={self.cluster}", *seed, *context]
        if not self.inside:
            return [*found, f"--jobs={jobs}"]
        return [*found, "--deploy", *([f"--image={image}"] if image else [])]

    def lacks(self) -> str:
        """Say what its cluster lacks, and how to get it; empty when it is at hand."""
        try:
            venues.check(self.cluster, context=self.context)
        except ClusterError as error:
            return str(error)
        return ""


def named(text: str, *, context: str = "") -> list[Column]:
    """Return the columns of ``--clusters a,b,c``; all of them have to be at hand.

    :raises ConfigError: they are not; the message says what to do.
    """
    columns = [Column.parse(one.strip(), context=context) for one in text.split(",") if one.strip()]
    if len(columns) < 2 or len({one.name for one in columns}) < len(columns):
        raise ConfigError(f"--clusters {text}: name two or more that differ, such as {EMBEDDED},envtest")
    if context and not any(one.context for one in columns):
        raise ConfigError(f"--context {context}: {KIND} is not among --clusters {text}")
    for column in columns:
        if missing := column.lacks():
            raise ConfigError(f"--clusters {column.name}: {missing}")
    return columns


def at_hand(*, context: str = "") -> tuple[list[Column], dict[str, str]]:
    """Return a column for each cluster that can be had here, and why the others cannot, by name."""
    found = {column: column.lacks() for name in venues.NAMES for column in [Column.parse(name, context=context)]}
    return [column for column, why in found.items() if not why], {
        column.name: why for column, why in found.items() if why
    }
