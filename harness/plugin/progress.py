"""A word on what takes a while before the first scenario begins, past pytest's capturing: who waits wants to know for what."""

from __future__ import annotations

import contextlib
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest


def teller(config: pytest.Config) -> Callable[[str], None]:
    """Return what tells a person something, on standard error."""
    capturing = config.pluginmanager.getplugin("capturemanager")

    def tell(line: str) -> None:
        with capturing.global_and_fixture_disabled() if capturing else contextlib.nullcontext():
            sys.stderr.write(f"harness: {line}\n")
            sys.stderr.flush()

    return tell
