"""``harness run`` as people and programs use it: what it prints, what it exits with."""

import json
import shlex
import signal
import subprocess

import pytest
import yaml

from tests.cli.servers import HARNESS, ROOT

pytestmark = pytest.mark.slow


def test_a_failure_is_told_once_per_scenario_and_its_command_replays_it(harness, project) -> None:
    """Of many failing seeds the first is told in full; what is pasted into a shell must run exactly that one."""
    done = harness("run", "it-arrives", "--seeds", "6", "--json", "outcomes.json", folder=project)
    replay = next(line for line in done.stdout.splitlines() if line.startswith("  replay"))
    again = harness(*shlex.split(replay)[2:], "--json", "-", folder=project)
    outcomes = json.loads((project / "outcomes.json").read_text())["scenarios"]

    assert (1, "") == (done.returncode, done.stderr)
    assert "passed  it-arrives[on time]  6 of 6 seeds clean" in done.stdout
    assert "failed  it-arrives[two late]  4 of 6 seeds clean, first failing 2" in done.stdout
    assert 1 == done.stdout.count("FAILED  ")
    assert "  replay   harness run 'it-arrives[two late]' --seed 2\n  also      under seed 5\n" in done.stdout
    assert "2 failed, 10 passed" in done.stdout
    assert 12 == len(outcomes)
    assert {"id", "upstream", "outcome", "real_s", "virtual_s", "seed"} == set(outcomes[0])
    assert 1 == again.returncode
    assert [("it-arrives[two late]", 2, "failed")] == [
        (one["id"], one["seed"], one["outcome"]) for one in json.loads(again.stdout)["scenarios"]
    ]


def test_workers_get_the_selection_and_hand_back_outcomes(harness, project) -> None:
    """Names are filtered in the workers, rows arrive in the controller, and what the run shares is entered once."""
    (project / "together.py").write_text(
        "import contextlib, os\n"
        "@contextlib.contextmanager\n"
        "def one():\n"
        "    print('entered', file=open('shared.log', 'a'))\n"
        "    yield\n"
        "    print('left', file=open('shared.log', 'a'))\n"
    )
    with (project / "pyproject.toml").open("a") as file:
        file.write('[tool.harness.run]\nnothing = "together:one"\n')
    done = harness("run", "it-arrives", "it-is-there", "-n", "2", "--seed", "1", folder=project)
    unknown = harness("run", "it-arives", "-n", "2", folder=project)

    assert (0, "") == (done.returncode, done.stderr)
    assert {"it-arrives[on time]", "it-arrives[two late]", "it-is-there"} == {
        line[8:86].strip() for line in done.stdout.splitlines() if line.startswith("passed  ")
    }
    assert "scenarios on the embedded cluster, seed 1, in 2 processes" in done.stdout
    assert 2 == unknown.returncode
    assert 1 == unknown.stderr.count("no scenario 'it-arives'. Did you mean it-arrives? There are:")
    assert "entered\nleft\nentered\nleft\n" == (project / "shared.log").read_text()


def test_ctrl_c_keeps_what_was_done(project) -> None:
    """The rows so far stand, the JSON is written, and the exit code is the shell's for Ctrl-C."""
    words = ["run", "it-is-there", "it-waits-for-a-signal", "--json", "outcomes.json"]
    with subprocess.Popen([*HARNESS, *words], cwd=project, stdout=subprocess.PIPE, text=True) as process:
        while not process.stdout.readline().startswith("passed"):
            pass
        process.send_signal(signal.SIGINT)
        rest = process.stdout.read()

    assert 130 == process.returncode
    assert "1 passed in " in rest
    assert "; stopped by Ctrl-C after 1 of 2\n" in rest
    assert ["it-is-there"] == [one["id"] for one in json.loads((project / "outcomes.json").read_text())["scenarios"]]


def test_the_debugger_is_entered_at_a_failure(harness, project) -> None:
    """With nobody at the keyboard it ends at once, and the run has failed."""
    done = harness("run", "it-arrives[two late]", "--seed", "2", "--pdb", folder=project)

    assert 1 == done.returncode
    assert "entering PDB" in done.stdout
    assert "stopped in the debugger after 0 of 1" in done.stdout


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["it-arives"], "no scenario 'it-arives'. Did you mean it-arrives? There are:\n  it-arrives\n  it-is-alone\n"),
        (["rehearsal/test_post.py"], "no such file or folder: rehearsal/test_post.py\n"),
        (
            ["it-is-alone"],
            "scenario it-is-alone in test_post.py: unknown operator 'nobody'; [tool.harness.operators] knows: none\n",
        ),
        (["--operator", "nobody.py"], "no operator at nobody.py: give a file, or a module"),
        (["--with-defect", "haste"], "unknown defect 'haste'; there are: none\n"),
        (["--cluster", "moon"], "--cluster moon: unknown; there are: embedded, envtest, kind\n"),
        (["it-arrives", "--tape", "tape"], "--tape writes the tape of one run, 2 are selected"),
        (["--json", "no/where.json"], "--json no/where.json: there is no folder no\n"),
    ],
    ids=lambda given: given[-1].replace("/", " ") if isinstance(given, list) else "",
)
def test_wrong_usage_is_one_message_before_anything_runs(harness, project, words, says) -> None:
    """It names the thing and what to do; there is no table, no traceback, and the exit code is 2."""
    done = harness("run", *words, folder=project)

    assert (2, "") == (done.returncode, done.stdout)
    assert done.stderr.removeprefix("harness: ").removeprefix("ERROR: ").startswith(says)
    assert "Traceback" not in done.stderr


def test_an_unknown_fixture_is_named_with_those_there_are(harness, project) -> None:
    """A typing error of the scenario's author; the other scenarios are none the worse for it."""
    done = harness("run", "it-takes-too-much", "it-is-there", folder=project)

    assert 1 == done.returncode
    assert (
        "rehearsals/test_post.py:24: fixture 'tennant' not found; there are: clock, cluster, history, operators, "
        in done.stdout
    )
    assert "1 error, 1 passed" in done.stdout


def test_a_refused_crd_ends_the_run_with_one_message(harness, project) -> None:
    """Every scenario would meet it: it is said once, and none runs."""
    crd = yaml.safe_load((ROOT / "examples/access/crds/accessgrants.yaml").read_text())
    del crd["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"]["spec"]["type"]
    (project / "grants.yaml").write_text(yaml.safe_dump(crd))
    (project / "operator_.py").write_text("import kopf\n")
    done = harness("run", "it-arrives", "--operator", "operator_.py", "--crds", "grants.yaml", folder=project)

    assert 2 == done.returncode
    assert 1 == done.stderr.count("\n")
    assert done.stderr.startswith(
        "harness: grants.yaml: CustomResourceDefinition accessgrants.example.org was refused: "
    )
    assert "scenario  " not in done.stdout


def test_a_database_that_does_not_answer_ends_the_run_with_one_message(harness) -> None:
    """The place, the reason and the way out, without the password; and not once per scenario."""
    url = "postgresql://me:secret@127.0.0.1:1/audit"
    done = harness("run", "a-success-resets-the-count", "tenants-isolated", DATABASE_URL=url)

    assert 2 == done.returncode
    assert 1 == done.stderr.count("\n")
    assert done.stderr.startswith(
        "harness: DataStorage cannot be set up: the database at 127.0.0.1:1/audit cannot be reached"
    )
    assert "secret" not in done.stderr


def test_a_policy_with_a_syntax_error_is_named_with_its_line(harness, tmp_path) -> None:
    """What an operator refuses is its own words, without a traceback."""
    policies = tmp_path / "policies"
    policies.mkdir()
    for file in (ROOT / "operators/signal_processing/policies").iterdir():
        (policies / file.name).write_text(file.read_text())
    (policies / "severity.rego").write_text("package signalprocessing.severity\n\nresult := {\n")
    (tmp_path / "test_policy.py").write_text(
        "from harness.scenario import scenario\n"
        f"@scenario(settings={{'signal-processing': {{'KUBERNAUT_POLICIES': {str(policies)!r}}}}})\n"
        "async def test_policy(tenant):\n"
        "    '''A policy that nobody tried.'''\n"
    )
    done = harness("run", str(tmp_path))

    assert 1 == done.returncode
    assert "  operators.signal_processing will not start: severity.rego:4: expecting expression" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def test_a_folder_without_a_project_says_what_to_do(harness, tmp_path) -> None:
    """The first thing that a newcomer may type in the wrong place."""
    done = harness("run", folder=tmp_path)

    assert (2, "") == (done.returncode, done.stdout)
    assert (
        f"harness: no scenarios: give a path, or name folders in [tool.harness] scenarios of {tmp_path}/pyproject.toml\n"
        == done.stderr
    )


def test_help_teaches_with_examples_in_eighty_columns(harness) -> None:
    """Lines of examples are not wrapped, and none is wider than a terminal."""
    texts = [harness(*command, "--help", COLUMNS="80").stdout for command in ([], ["run"], ["list"], ["serve"])]

    assert all("\nExamples:\n  harness " in text for text in texts)
    assert 80 >= max(len(line) for text in texts for line in text.splitlines())


def test_help_imports_nothing_that_a_run_needs(harness) -> None:
    """Who asks what there is waits for an answer: an API server, its clients and pytest take two seconds to import."""
    told = harness("--help", PYTHONPROFILEIMPORTTIME="1").stderr
    imported = {line.rpartition("|")[2].strip() for line in told.splitlines()}

    assert "harness.cli.main" in imported
    assert set() == imported & {
        "aiohttp",
        "kopf",
        "pytest",
        "harness.apiserver",
        "harness.cli.run",
        "harness.simulation",
    }


def test_list_is_for_people_and_for_programs(harness, project) -> None:
    """Each scenario with the sentence it stands for; ordinary tests are none."""
    listed = harness("list", folder=project)
    asked = json.loads(harness("list", "it-arrives", "--json", folder=project).stdout)["scenarios"]

    assert "it-is-there\n  A namespace is there when it has been made.\n" in listed.stdout
    assert "no-scenario" not in listed.stdout
    assert [("it-arrives[on time]", "SPEC-1"), ("it-arrives[two late]", "SPEC-1")] == [
        (one["id"], one["upstream"]) for one in asked
    ]


STUMBLER = """\
import kopf

@kopf.on.event("example.org", "v1", "accessgrants")
async def stumble(status, patch, **_):
    if "phase" in status:
        raise ValueError("over its own feet")
    patch.status["phase"] = "Active"
"""

STUMBLED = '''\
from harness.scenario import scenario

GRANT = {"apiVersion": "example.org/v1", "kind": "AccessGrant", "metadata": {"name": "x"}, "spec": {"user": "ada", "minutes": 5}}

@scenario()
async def test_it(cluster, tenant, history):
    """It holds."""
    grant = await cluster.create(GRANT, namespace=tenant)
    await history.of(grant).reaches("Active")
    await cluster.settled()
    assert history.of(grant).current["status"] == {}
'''


def test_a_failure_without_a_story_is_followed_by_what_happened_and_what_was_logged(harness, tmp_path) -> None:
    """An assert knows of no history, and an operator that stumbles says so in its log: both are what one looks for first."""
    (tmp_path / "stumbler.py").write_text(STUMBLER)
    (tmp_path / "test_it.py").write_text(STUMBLED)
    crds = str(ROOT / "examples" / "access" / "crds")
    done = harness("run", "test_it.py", "--operator", "stumbler.py", "--crds", crds, folder=tmp_path)
    happened, _, logged = done.stdout.partition("  what happened\n")[2].partition("  logged\n")

    assert 1 == done.returncode
    assert "scenario                    accessgrants/x in tenant: created\n" in happened
    assert "stumbler                    accessgrants/x in tenant: ∅ → Active\n" in happened
    assert "over its own feet" in logged
    assert "  replay   harness run test_it.py it --seed 0 --operator stumbler.py" in logged
