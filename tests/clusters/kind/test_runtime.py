"""The wrapper around runc, for hosts that may not give CAP_SYS_RESOURCE. runc is a script here that tells what it got."""

import json
import subprocess
from pathlib import Path

import pytest

WRAPPER = Path(__file__).parents[3] / "tools/kind-node/runc-without-sys-resource"
KEPT = ["CAP_SYS_PTRACE", "CAP_SYS_TIME"]


def run(program, *words):
    runc = program("runc", 'echo "$@"; exit 7')
    environ = {"RUNC": str(runc), "PATH": "/usr/bin:/bin"}
    return subprocess.run([WRAPPER, *map(str, words)], env=environ, check=False, capture_output=True, text=True)


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("asked", [["CAP_SYS_RESOURCE", *KEPT], [*KEPT, "CAP_SYS_RESOURCE"], KEPT])
@pytest.mark.parametrize("form", ["--bundle {}", "-b {}", "--bundle={}"])
def test_a_container_is_created_without_it(tmp_path, program, asked, form, indent):
    """Docker writes what it wants into the bundle; on such a host runc refuses the whole for the one capability."""
    bundle = tmp_path / "bundle"
    bundle.mkdir()
    (bundle / "config.json").write_text(json.dumps({"process": {"capabilities": {"bounding": asked}}}, indent=indent))
    done = run(program, "--root", "/run/x", "create", *form.format(bundle).split(), "name")

    found = json.loads((bundle / "config.json").read_text())
    assert KEPT == found["process"]["capabilities"]["bounding"]
    assert 7 == done.returncode
    assert done.stdout.startswith("--root /run/x create")


def test_a_process_is_added_without_it(tmp_path, program):
    """``docker exec --privileged``, which kind uses for everything, names a file of its own."""
    process = tmp_path / "process"
    process.write_text(json.dumps({"capabilities": {"effective": [*KEPT, "CAP_SYS_RESOURCE"]}}))
    run(program, "exec", "--process", process, "name")

    assert KEPT == json.loads(process.read_text())["capabilities"]["effective"]
