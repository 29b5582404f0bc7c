"""``harness serve`` as a process: what it says, what it starts, and that nothing stays."""

import json
import signal
import socket
import ssl
import stat
import urllib.error
import urllib.request

import pytest
import yaml

from tests.cli.servers import ROOT, gone

pytestmark = pytest.mark.slow


def get(server, path, *, token):
    """Read a path as JSON, trusting what the kubeconfig trusts."""
    cluster = yaml.safe_load(server.kubeconfig.read_text())["clusters"][0]["cluster"]
    trust = ssl.create_default_context(
        cadata=yaml.safe_load(f"!!binary {cluster['certificate-authority-data']}").decode()
    )
    request = urllib.request.Request(server.url + path, headers={"Authorization": f"Bearer {token}"})
    with urllib.request.urlopen(request, context=trust) as reply:
        return json.load(reply)


@pytest.mark.parametrize("with_signal", [signal.SIGINT, signal.SIGTERM], ids=lambda each: each.name)
def test_it_says_one_line_and_leaves_nothing(serve, with_signal) -> None:
    """A program reads the line; the kubeconfig is for nobody else's eyes, and is gone when the server is."""
    server = serve()
    mode = stat.S_IMODE(server.kubeconfig.stat().st_mode)
    server.process.send_signal(with_signal)
    output, errors = server.process.communicate()

    assert 0o600 == mode
    assert (0, "", "") == (server.process.returncode, output, errors)
    assert not server.kubeconfig.parent.exists()


def test_users_come_from_a_token_file(serve, tmp_path) -> None:
    """The first of them is whom the kubeconfig stands for; a stranger is sent away."""
    (tmp_path / "tokens.csv").write_text('first,ada,1,"system:masters,dev"\nsecond,bob,2\n')
    server = serve("--token-auth-file", str(tmp_path / "tokens.csv"), "--kubeconfig", str(tmp_path / "kubeconfig"))

    assert tmp_path / "kubeconfig" == server.kubeconfig
    assert "first" == yaml.safe_load(server.kubeconfig.read_text())["users"][0]["user"]["token"]
    assert "NamespaceList" == get(server, "/api/v1/namespaces", token="first")["kind"]
    with pytest.raises(urllib.error.HTTPError, match="403"):
        get(server, "/api/v1/namespaces", token="second")
    with pytest.raises(urllib.error.HTTPError, match="401"):
        get(server, "/api/v1/namespaces", token="third")


def test_users_may_do_everything_where_that_is_asked_for(serve, tmp_path) -> None:
    """For who needs names in managedFields, and no roles."""
    (tmp_path / "tokens.csv").write_text("first,ada,1\n")
    server = serve("--token-auth-file", str(tmp_path / "tokens.csv"), "--authorization-mode", "AlwaysAllow")

    assert "NamespaceList" == get(server, "/api/v1/namespaces", token="first")["kind"]


def test_workloads_move_where_that_is_asked_for(serve, tmp_path) -> None:
    """With a node to run on; stages of one's own are read first."""
    stage = "{kind: Stage, metadata: {name: a}, spec: {resourceRef: {kind: Pod}, next: {act: fail}}}"
    (tmp_path / "stages.yaml").write_text(stage)
    (tmp_path / "tokens.csv").write_text('first,ada,1,"system:masters"\n')
    server = serve("--stage-file", str(tmp_path / "stages.yaml"), "--token-auth-file", str(tmp_path / "tokens.csv"))
    nodes = get(server, "/api/v1/nodes", token="first")["items"]

    assert ["node-1"] == [node["metadata"]["name"] for node in nodes]


def test_a_file_without_stages_is_one_line(harness, tmp_path) -> None:
    """It says which file, and why."""
    (tmp_path / "stages.yaml").write_text("kind: Pod")
    refused = harness("serve", "--stage-file", str(tmp_path / "stages.yaml"))

    assert 2 == refused.returncode
    assert "a document of kind Stage was expected" in refused.stderr


@pytest.mark.parametrize("with_signal", [signal.SIGINT, signal.SIGKILL], ids=lambda each: each.name)
def test_the_whole_company_remediates_and_leaves(serve, kubectl, with_signal) -> None:
    """Services and operators as processes, as in a cluster; Ctrl-C ends all of them, and so does a SIGKILL of ours."""
    server = serve("--operators")
    company = server.descendants()
    server.kubectl("apply", "--validate=false", "-f", "examples/remediation.yaml")
    completed = ("--for=jsonpath={.status.overallPhase}=Completed", "--timeout=60s")
    server.kubectl("wait", "remediationrequest/payments-crash-loops", *completed)
    server.process.send_signal(with_signal)
    server.process.communicate()

    assert (-9 if with_signal == signal.SIGKILL else 0) == server.process.returncode
    assert 6 <= len(company)  # DataStorage and its PostgreSQL, with helpers of its own, and four operators
    assert gone(company)


def test_one_that_dies_ends_the_command(harness, tmp_path) -> None:
    """An operator that cannot start is named, with its last words above, and takes the others with it."""
    (tmp_path / "broken.py").write_text("raise SystemExit('no policy at /etc/policies')\n")
    (tmp_path / "pyproject.toml").write_text('[tool.harness.operators]\nbroken = "broken.py"\n')
    done = harness("serve", "--operators", "--json", folder=tmp_path)

    assert 1 == done.returncode
    assert "broken | no policy at /etc/policies\n" in done.stderr
    assert done.stderr.endswith("harness: broken ended with exit code 1; what it said stands above\n")


def test_a_port_in_use_is_one_line(harness) -> None:
    """The way out is part of the message."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = harness("serve", "--port", str(port))

    assert (2, "") == (done.returncode, done.stdout)
    said = f"harness: cannot serve on 127.0.0.1:{port}: Address already in use; choose another port, or 0 for any free one\n"
    assert said == done.stderr


def test_a_refused_crd_is_one_line(harness, tmp_path) -> None:
    """The file, the object, and the server's own words with the path of the field."""
    crd = yaml.safe_load((ROOT / "examples/access/crds/accessgrants.yaml").read_text())
    del crd["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"]["spec"]["type"]
    (tmp_path / "grants.yaml").write_text(yaml.safe_dump(crd))
    done = harness("serve", "--crds", str(tmp_path))

    assert (2, "", 1) == (done.returncode, done.stdout, done.stderr.count("\n"))
    assert (
        f"harness: {tmp_path}/grants.yaml: CustomResourceDefinition accessgrants.example.org was refused: "
        in done.stderr
    )
    assert "spec.validation.openAPIV3Schema.properties[spec].type: Required value" in done.stderr


def test_the_kubeconfig_of_a_person_is_not_written_over(harness, tmp_path) -> None:
    """``--kubeconfig ~/.kube/config`` must not cost anybody his clusters."""
    mine = tmp_path / "config"
    mine.write_text("clusters: [{name: production}]\n")
    done = harness("serve", "--kubeconfig", str(mine))

    assert 2 == done.returncode
    assert (
        f"harness: --kubeconfig {mine}: is there already and is not of this command; name another file\n" == done.stderr
    )
    assert "clusters: [{name: production}]\n" == mine.read_text()


def test_without_tls_it_stays_on_this_machine(harness) -> None:
    """No token is sent by kubectl over plain http: such an open door is for loopback addresses only."""
    done = harness("serve", "--no-tls", "--host", "0.0.0.0")  # noqa: S104 - refused

    assert (2, "") == (done.returncode, done.stdout)
    assert "would let everybody on the network in" in done.stderr
