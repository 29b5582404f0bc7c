"""Kinds of batch."""

from typing import Final

from harness.apiserver.kinds.batch.cronjobs import CronJobStrategy
from harness.apiserver.kinds.batch.jobs import JobStrategy
from harness.apiserver.resources.strategy import Strategy

STRATEGIES: Final[dict[str, Strategy]] = {"CronJob": CronJobStrategy(), "Job": JobStrategy()}
