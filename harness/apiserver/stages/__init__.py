"""Stages: what a cluster without kubelets, schedulers and controllers does with its workloads, declared as data.

An API server alone stores a Deployment and nothing happens. With `Stages` in its settings it moves them, after the idea of
KWOK: a `Stage` says which objects it is for (by kind, labels, annotations and state), after which delay it acts, and what then
is so. Ready-made stages bring pods onto declared nodes, run, complete and delete them; small controllers make pods of
deployments, replica sets, stateful sets, daemon sets and jobs. All of it happens by the server's clock, in virtual time as in
real time, and nothing of it unless asked for.
"""

from harness.apiserver.stages.reading import StagesError, read_stages
from harness.apiserver.stages.stage import Delay, Expression, Next, Stage, Stages

__all__ = ["Delay", "Expression", "Next", "Stage", "Stages", "StagesError", "read_stages"]
