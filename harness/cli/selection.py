"""Which scenarios a command is about."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from harness.config import Config, ConfigError
from harness.scenario import id_of, plan_of

if TYPE_CHECKING:
    from collections.abc import Sequence


class Selection:
    """A pytest plugin: keeps the scenarios that were asked for, and remembers all there are.

    :param words: paths (taken as they are), and ids of scenarios, with or without their parameters.
    """

    def __init__(self, words: Sequence[str], *, root: Path) -> None:
        self.paths = [word for word in words if Path(word.partition("::")[0]).exists()]
        self.names = [word for word in words if word not in self.paths]
        self.root = root
        self.items: list[pytest.Item] = []
        self.errors: list[str] = []

    def arguments(self, config: Config) -> list[str]:
        """Return what pytest is to collect.

        :raises ConfigError: nothing is configured and no path was given.
        """
        paths = self.paths or [str(one) for one in config.scenarios]
        if not paths:
            raise ConfigError(
                "no scenarios: give a path, or name folders in [tool.harness] scenarios of pyproject.toml"
            )
        return paths

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        """Drop what was not asked for.

        :raises pytest.UsageError: a name fits no scenario; the message lists those there are.
        """
        scenarios = [item for item in items if plan_of(item) is not None]
        for name in self.names:
            if not any(_fits(name, id_of(item)) for item in scenarios):
                known = sorted({id_of(item) for item in scenarios})
                listing = "\n  ".join(known) or "(none)"
                raise pytest.UsageError(f"no scenario {name!r}; there are:\n  {listing}")
        kept = [item for item in scenarios if not self.names or any(_fits(name, id_of(item)) for name in self.names)]
        dropped = [item for item in items if item not in set(kept)]
        if dropped:
            config.hook.pytest_deselected(items=dropped)
        items[:] = kept
        self.items = kept

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Keep what went wrong while collecting."""
        if report.failed:
            self.errors.append(f"{report.nodeid}: {report.longreprtext}")


def _fits(name: str, found: str) -> bool:
    return name in {found, found.partition("[")[0]}


QUIET = [
    "-qq",
    "--no-header",
    "--no-summary",
    *("-o", "console_output_style=classic"),
    *("-o", "log_cli=false"),
    # The command imports the harness before pytest could rewrite its asserts, and needs no rewriting.
    *("-W", "ignore:Module already imported:pytest.PytestAssertRewriteWarning"),
]
"""pytest's arguments for a run whose output is ours."""
