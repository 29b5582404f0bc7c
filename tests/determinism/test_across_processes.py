"""The same scenario and seed give the same tape, byte for byte, in every process: that is what makes a seed a replay."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from .record import REHEARSALS
from .tapes import first_difference

ROOT = Path(__file__).parent.parent.parent
PROCESSES = 20
AT_ONCE = 2


def record(folder, number):
    """Rehearse in a process of its own with a hash seed of its own; return the tapes by name."""
    folder.mkdir()
    ended = subprocess.run(
        [sys.executable, "tests/determinism/record.py", folder, str(number)],
        cwd=ROOT,
        env=os.environ | {"PYTHONHASHSEED": str(1 + 7919 * number), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert 0 == ended.returncode, ended.stdout[-2000:] + ended.stderr[-4000:]
    return {name: (folder / f"{name}.jsonl").read_bytes() for name in REHEARSALS}


@pytest.mark.slow
def test_twenty_processes_with_different_hash_seeds_write_one_tape(tmp_path):
    """Sets of strings, addresses of objects, what ran before and the time of day leave no trace on a tape."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        found = list(pool.map(lambda number: record(tmp_path / str(number), number), range(PROCESSES)))

    for name in REHEARSALS:
        tapes = [tapes[name] for tapes in found]
        different = [number for number, tape in enumerate(tapes) if tape != tapes[0]]
        assert not different, (
            f"{name}: processes {different} wrote another tape than process 0:\n"
            f"{first_difference(tapes[0], tapes[different[0]])}"
        )
