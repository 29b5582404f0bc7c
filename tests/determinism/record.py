"""Rehearse, as ``harness run NAME --seed 7 --tape FILE`` does, all of `REHEARSALS` in one process: ``record.py FOLDER FIRST``.

Starting Python and importing everything takes most of a second run's time; one process per folder makes twenty of them affordable. The
rehearsals are taken in turn from the ``FIRST`` on, so that what a process has played before differs, too.
"""

import sys
from pathlib import Path

from harness.cli.run import run

REHEARSALS = {
    # Two tenants, all operators, PostgreSQL: the flagship.
    "tenants": ["tenants-isolated[interleaved-two tenants]"],
    # The operator dies after its fourth write, and is started again: a crash cancels in the midst of everything.
    "crash": ["a-crash-after-any-write-loses-and-doubles-nothing[4]"],
    # Somebody's operator with plain Kopf handlers: its diffs, retries and own persistence.
    "access": [
        "examples/access",
        "access-ends-on-time-although-the-operator-crashed",
        *("--operator", "examples/access/operator.py", "--crds", "examples/access/crds"),
    ],
}
SEED = 7


def main(folder: Path, first: int) -> None:
    """Write ``NAME.jsonl`` into the folder for each rehearsal."""
    names = list(REHEARSALS)
    first %= len(names)
    for name in names[first:] + names[:first]:
        arguments = [*REHEARSALS[name], "--seed", str(SEED), "--tape", str(folder / f"{name}.jsonl"), "--json", "-"]
        try:
            run.main(arguments, standalone_mode=False)
        except SystemExit as end:
            if end.code:
                raise


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
