"""``/version``: the release that is imitated, in all its fields, and what it runs on."""

import platform
import sys
from typing import Final

from harness.apiserver.messages import Object

_ARCHITECTURES: Final = {"x86_64": "amd64", "AMD64": "amd64", "aarch64": "arm64"}
"""Where Go has another name for a machine than its maker."""

RUNTIME: Final = f"{sys.implementation.name}{platform.python_version()}"
"""What stands where the real server names the release of Go."""


def version(git_version: str) -> Object:
    """Return the document; clients validate that every field is there, and a string."""
    major, minor, *_ = git_version.lstrip("v").split(".")
    return {
        "major": major,
        "minor": minor,
        "emulationMajor": major,
        "emulationMinor": minor,
        "minCompatibilityMajor": major,
        "minCompatibilityMinor": str(int(minor) - 1),
        "gitVersion": git_version,
        "gitCommit": "embedded",
        "gitTreeState": "clean",
        "buildDate": "1970-01-01T00:00:00Z",
        "goVersion": RUNTIME,
        "compiler": sys.implementation.name,
        "platform": f"{sys.platform}/{_ARCHITECTURES.get(platform.machine(), platform.machine())}",
    }
