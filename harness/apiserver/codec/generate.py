"""Makes ``types.json.gz`` and ``internals.json.gz``: how Go sees the kinds of the API, and how the server itself does.

    python -m harness.apiserver.codec.generate

runs ``tools/kubernetes/types`` (Go, with the module sources that ``make envtest`` builds from) and compresses what it
prints. The same sources give the same bytes.
"""

import gzip
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Final

TARGETS: Final[Mapping[str, tuple[str, ...]]] = {"types.json.gz": (), "internals.json.gz": ("internal",)}
"""The files, and what the program is told to make each."""

_SOURCE: Final = Path(__file__).parents[3] / "tools" / "kubernetes"


def generate(name: str) -> bytes:
    """Return one of the files as it is to be committed.

    :raises FileNotFoundError: Go is not there.
    """
    go = shutil.which("go")
    if go is None:
        raise FileNotFoundError("the table of types is made by a Go program, and `go` is not on the PATH")
    command = [go, "run", "./types", *TARGETS[name]]
    printed = subprocess.run(command, cwd=_SOURCE, check=True, capture_output=True).stdout  # noqa: S603
    return gzip.compress(printed, 9, mtime=0)


if __name__ == "__main__":
    for one in TARGETS:
        Path(__file__).with_name(one).write_bytes(generate(one))
