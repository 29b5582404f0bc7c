"""Which scenarios a command is about, and how pytest is run for it."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from _pytest.config import create_terminal_writer

from harness.config import ConfigError
from harness.plugin.selection import EVERY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from harness.config import Config


class Selection:
    """A pytest plugin: keeps pytest silent, and remembers what it collected.

    :param words: paths (taken as they are), and ids of scenarios, with or without their parameters.
    :ivar items: the scenarios, in one process; under xdist the workers have them.
    :ivar errors: why files could not be collected.
    :raises ConfigError: a word looks like a path, and nothing is there.
    """

    def __init__(self, words: Sequence[str]) -> None:
        self.paths = [word for word in words if Path(word.partition("::")[0]).exists()]
        self.names = [word for word in words if word not in self.paths]
        self.items: list[pytest.Item] = []
        self.errors: list[str] = []
        for name in self.names:
            stem = name.partition("[")[0]
            if "/" in stem or stem.endswith(".py"):
                raise ConfigError(f"no such file or folder: {name}")

    def arguments(self, config: Config) -> list[str]:
        """Return what pytest is to collect, and how.

        :raises ConfigError: nothing is configured and no path was given.
        """
        paths = self.paths or [str(one) for one in config.scenarios]
        if not paths:
            raise ConfigError(
                f"no scenarios: give a path, or name folders in [tool.harness] scenarios of {config.root / 'pyproject.toml'}"
            )
        for path in config.scenarios if not self.paths else ():
            if not path.exists():
                raise ConfigError(f"[tool.harness] scenarios: there is no {path}")
        settings = config.root / "pyproject.toml"
        project = [f"--rootdir={config.root}", *(["-c", str(settings)] if settings.is_file() else [])]
        return [*_QUIET, *project, *(f"--scenario={name}" for name in self.names or [EVERY]), *paths]

    @pytest.hookimpl(trylast=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        """Take the screen from pytest's own reporter; the debugger keeps it."""
        reporter = config.pluginmanager.get_plugin("terminalreporter")
        if reporter is not None and not config.getoption("usepdb"):
            reporter._tw = create_terminal_writer(config, io.StringIO())  # noqa: SLF001  there is no other door

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Keep what was selected."""
        self.items = list(session.items)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Keep what went wrong while collecting."""
        if report.failed and report.longreprtext not in self.errors:
            self.errors.append(report.longreprtext)


_QUIET = [
    "-qq",
    "--no-header",
    "--no-summary",
    *("-o", "console_output_style=classic"),
    *("-o", "log_cli=false"),
    # Every plugin that happens to be installed would be loaded, and its modules compiled anew for their asserts: a second.
    "--disable-plugin-autoload",
    *("-p", "pytest_asyncio.plugin"),
    *("-p", "harness.plugin"),
    *("-p", "xdist.plugin"),
    # A project that never heard of pytest-asyncio need not configure it.
    *("-o", "asyncio_mode=auto"),
    *("-o", "asyncio_default_fixture_loop_scope=function"),
    # The command imports the harness before pytest could rewrite its asserts, and needs no rewriting.
    *("-W", "ignore:Module already imported:pytest.PytestAssertRewriteWarning"),
]
"""pytest's arguments for a run whose output is ours."""
