"""The embedded cluster: what it applies and creates, and what it says when it cannot."""

from datetime import timedelta
from pathlib import Path

import pytest

from harness.clusters.client import ApiError, Plural
from harness.clusters.cluster import Address, ClusterError
from harness.clusters.embedded import EmbeddedCluster
from harness.simulation.clocks import EPOCH
from harness.simulation.world import Simulation

pytestmark = pytest.mark.virtual_time

CRDS = Path(__file__).parents[2] / "examples" / "access" / "crds"
NAMESPACE = "apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n"
GRANT = {
    "apiVersion": "example.org/v1",
    "kind": "AccessGrant",
    "metadata": {"name": "x"},
    "spec": {"user": "ada", "minutes": 5},
}


@pytest.fixture
async def cluster():
    with Simulation() as simulation:
        async with EmbeddedCluster(simulation) as found:
            yield found


async def test_a_folder_is_applied_in_the_order_of_its_names(cluster, tmp_path):
    """As `kubectl apply -f` does; other files are left alone."""
    (tmp_path / "2.yml").write_text(NAMESPACE.replace("a}", "second}"))
    (tmp_path / "1.yaml").write_text(NAMESPACE.replace("a}", "first}") + "---\n" + NAMESPACE)
    (tmp_path / "README.md").write_text("not: [a manifest")

    assert ["namespaces/first", "namespaces/a", "namespaces/second"] == await cluster.apply(tmp_path)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a: [", "not valid YAML"),
        ("- just\n- a list\n", "every document needs apiVersion and kind"),
        ("kind: Namespace\n", "every document needs apiVersion and kind"),
        ("apiVersion: v1\nkind: Namespace\n", "Namespace without a name was refused: 4"),
        (
            "apiVersion: v1\nkind: Namespace\nmetadata: {name: Not_A_Name}\n",
            "Namespace Not_A_Name was refused: 422 Invalid",
        ),
        ("apiVersion: v1\nkind: Pod\nmetadata: {name: p}\n", "Pod p: only CustomResourceDefinitions and Namespaces"),
    ],
)
async def test_a_bad_manifest_is_one_error_that_names_file_and_reason(cluster, tmp_path, text, reason):
    """Somebody with twenty CRDs wants to know which one."""
    file = tmp_path / "bad.yaml"
    file.write_text(text)

    with pytest.raises(ClusterError) as caught:
        await cluster.apply(tmp_path)

    assert str(caught.value).startswith(f"{file}: ")
    assert reason in str(caught.value)


async def test_a_folder_without_manifests_is_an_error(cluster, tmp_path):
    """A wrong folder would otherwise be a cluster without kinds."""
    with pytest.raises(ClusterError, match=r"holds no \*\.yaml file"):
        await cluster.apply(tmp_path)
    with pytest.raises(ClusterError, match="no such file or folder"):
        await cluster.apply(tmp_path / "nowhere")


async def test_a_file_that_changes_is_read_again(cluster, tmp_path):
    """Files are parsed once per process; an edit between two runs must count all the same."""
    file = tmp_path / "one.yaml"
    file.write_text(NAMESPACE)
    await cluster.apply(file)
    file.write_text(NAMESPACE.replace("a}", "another}"))

    assert ["namespaces/another"] == await cluster.apply(file)


async def test_an_object_of_a_kind_that_is_not_applied_is_refused_with_what_there_is(cluster):
    """The usual cause is a forgotten --crds."""
    with pytest.raises(ClusterError, match=r"AccessGrant of example.org/v1 is not applied here; there are: none"):
        await cluster.create(GRANT, namespace="a")
    await cluster.apply(CRDS)
    with pytest.raises(
        ClusterError, match=r"Ghost of v1 is not applied here; there are: AccessGrant \(example.org/v1\)"
    ):
        await cluster.create({"apiVersion": "v1", "kind": "Ghost"})


async def test_an_object_that_its_schema_refuses_raises_the_servers_words(cluster, tmp_path):
    """A scenario with a typo in a field is told like by kubectl."""
    await cluster.apply(CRDS)
    (tmp_path / "namespace.yaml").write_text(NAMESPACE)
    await cluster.apply(tmp_path)

    with pytest.raises(ApiError, match=r"spec.minutes: Invalid value") as caught:
        await cluster.create({**GRANT, "spec": {"user": "ada", "minutes": 0}}, namespace="a")

    assert (422, "Invalid") == (caught.value.status, caught.value.reason)


async def test_a_created_object_is_a_subject_of_expectations(cluster, tmp_path):
    """It is known by its uid, and by a label that a person can read."""
    await cluster.apply(CRDS)
    (tmp_path / "namespace.yaml").write_text(NAMESPACE)
    await cluster.apply(tmp_path)

    subject = await cluster.create(GRANT, namespace="a")

    assert ("x", "a", "AccessGrant x (in a)") == (subject.name, subject.namespace, str(subject))
    assert subject.uid == cluster.history.of(subject).current["metadata"]["uid"]


async def test_settled_lets_time_pass_only_when_asked(cluster):
    """``until`` is a moment of the cluster's clock."""
    await cluster.settled()
    before = cluster.simulation.now()
    await cluster.settled()
    assert before == cluster.simulation.now()

    await cluster.settled(until=EPOCH + timedelta(hours=1))

    assert EPOCH + timedelta(hours=1) == cluster.simulation.now()


def test_paths_of_resources():
    """Core and named groups, namespaced or not, and subresources."""
    things, core = Plural("example.org", "v1", "things"), Plural("", "v1", "pods")

    assert "/apis/example.org/v1/namespaces/a/things/b/status" == things.path("a", "b", "status")
    assert "/apis/example.org/v1/things" == things.path()
    assert "/api/v1/namespaces/a/pods" == core.path("a")
    assert "/api/v1/namespaces/a" == Plural("", "v1", "namespaces", namespaced=False).path("a", "a")


def test_an_address_without_a_certificate_is_plain():
    """Plain http needs no context, and building one costs milliseconds."""
    assert Address("http://api").ssl_context() is True
