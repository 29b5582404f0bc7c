"""The pytest plugin: ``pytest harness/``.

It collects scenarios as ordinary tests, gives each a stage (`stage.Stage`) on a virtual-time loop, and tells failures as
stories. On a real cluster the loop is one of real time, and what needs a virtual one is skipped. Everything else is pytest's: ``-k``, ``--pdb``, ``--durations``, ``-n``.

==================  ===================================================================
`options`           the options, checked before anything runs
`selection`         which scenarios run, and under which seeds
`loops`             a loop for each
`fixtures`          what scenarios take
`progress`          a word on what takes a while
`results`           failures as stories, outcomes for the table and ``--json``
`aftermath`         what is told beside a failure: what happened, what was logged
`pods`              the same of pods: their state, restarts and logs
`summary`           what a real cluster left out
`shared`            what a run on several workers has once
==================  ===================================================================
"""

from harness.plugin.fixtures import (
    clock,
    cluster,
    history,
    operators,
    seed,
    simulation,
    site,
    stage,
    tenant,
    tenants,
    venue,
)
from harness.plugin.loops import pytest_asyncio_loop_factories, pytest_runtest_setup
from harness.plugin.options import pytest_addoption, pytest_report_header
from harness.plugin.results import (
    OUTCOMES,
    REFUSALS,
    pytest_runtest_logreport,
    pytest_runtest_makereport,
    pytest_sessionfinish,
    pytest_testnodedown,
)
from harness.plugin.selection import (
    pytest_collection_modifyitems,
    pytest_generate_tests,
    pytest_report_collectionfinish,
)
from harness.plugin.shared import pytest_configure, pytest_unconfigure
from harness.plugin.summary import pytest_terminal_summary

__all__ = [
    "OUTCOMES",
    "REFUSALS",
    "clock",
    "cluster",
    "history",
    "operators",
    "pytest_addoption",
    "pytest_asyncio_loop_factories",
    "pytest_collection_modifyitems",
    "pytest_configure",
    "pytest_generate_tests",
    "pytest_report_collectionfinish",
    "pytest_report_header",
    "pytest_runtest_logreport",
    "pytest_runtest_makereport",
    "pytest_runtest_setup",
    "pytest_sessionfinish",
    "pytest_terminal_summary",
    "pytest_testnodedown",
    "pytest_unconfigure",
    "seed",
    "simulation",
    "site",
    "stage",
    "tenant",
    "tenants",
    "venue",
]
