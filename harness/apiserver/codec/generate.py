"""Makes ``types.json.gz``: how Go sees the kinds of the API.

    python -m harness.apiserver.codec.generate

runs ``tools/kubernetes/types`` (Go, with the module sources that ``make envtest`` builds from) and compresses what it
prints. The same sources give the same bytes.
"""

import gzip
import shutil
import subprocess
from pathlib import Path
from typing import Final

TARGET: Final = Path(__file__).with_name("types.json.gz")
_SOURCE: Final = Path(__file__).parents[3] / "tools" / "kubernetes"


def generate() -> bytes:
    """Return the table as it is to be committed.

    :raises FileNotFoundError: Go is not there.
    """
    go = shutil.which("go")
    if go is None:
        raise FileNotFoundError("the table of types is made by a Go program, and `go` is not on the PATH")
    printed = subprocess.run([go, "run", "./types"], cwd=_SOURCE, check=True, capture_output=True).stdout  # noqa: S603
    return gzip.compress(printed, 9, mtime=0)


if __name__ == "__main__":
    TARGET.write_bytes(generate())
