"""``python -m harness.deployment.image``: build the image of the configured deployment."""

import sys
import time
from pathlib import Path

from harness.clusters.cluster import ClusterError
from harness.config import Config, ConfigError
from harness.deployment.image.build import build


def main() -> int:
    """Build; returns 2 when something is missing, with one line that says what."""
    start = time.monotonic()
    try:
        built = build(Config.read(Path.cwd()).built(), say=_say)
    except (ClusterError, ConfigError) as error:
        print(f"images: {error}", file=sys.stderr)  # noqa: T201  a program's last words
        return 2
    _say(f"{built.name} {'built' if built.fresh else 'is up to date'} ({time.monotonic() - start:.1f} s)")
    return 0


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201  what a person waits for


if __name__ == "__main__":
    sys.exit(main())
