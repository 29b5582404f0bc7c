"""Selectors of labels and fields, in lists: what they match, and how they are refused."""

from ..samples import config_map, thing
from ..script import behaviour
from ..side import Side


def _labelled(api: Side) -> None:
    api.post(
        api.config_maps, config_map("a") | {"metadata": {"name": "a", "labels": {"tier": "web", "n": "2", "e": ""}}}
    )
    api.post(
        api.config_maps, config_map("b") | {"metadata": {"name": "b", "labels": {"tier": "db", "n": "10", "in": "x"}}}
    )
    api.post(
        api.config_maps, config_map("c") | {"metadata": {"name": "c", "labels": {"n": "+3", "ex.dev/tier": "web"}}}
    )


def _labels(api: Side, *texts: str) -> None:
    for text in texts:
        api.get(api.config_maps, labelSelector=text)


def _fields(api: Side, path: str, *texts: str) -> None:
    for text in texts:
        api.get(path, fieldSelector=text)


@behaviour
def sets_of_values(api: Side) -> None:
    _labelled(api)
    _labels(
        api,
        "tier in (web)",
        "tier in (web,db,)",
        "tier notin (web,db)",
        "e in ()",
        "e in (,)",
        "tier in (,web)",
        "e notin ()",
    )


@behaviour
def numbers_in_labels_are_compared(api: Side) -> None:
    _labelled(api)
    _labels(api, "n>2", "n<10", "n > 1, n < 3", "n>-1", "tier>1", "n>+2", "m>1")


@behaviour
def comparisons_with_what_is_no_number(api: Side) -> None:
    _labels(api, "n>x", "n<", "n>1.5", "n>99999999999999999999", "n>1_0", "n<0x1")


@behaviour
def spaces_in_label_selectors(api: Side) -> None:
    _labelled(api)
    _labels(
        api, " tier = web ", "tier\tin\n( web , db )", "! tier", "tier ,n", "tier==  web", " ", "tier!= web", "n >  2"
    )


@behaviour
def words_that_are_operators_elsewhere(api: Side) -> None:
    _labelled(api)
    _labels(api, "in", "in in (x)", "in=x", "in notin (in)", "notin", "tier in (in,notin)", "in in in", "tier=in")


@behaviour
def qualified_keys(api: Side) -> None:
    _labelled(api)
    _labels(api, "ex.dev/tier=web", "ex.dev/tier", "!ex.dev/tier", "ex.dev/tier!=web")


@behaviour
def several_requirements(api: Side) -> None:
    _labelled(api)
    _labels(api, "tier=web,n=2", "tier,tier!=db", "tier=web,tier=db", "n,!tier", "n in (2,10),tier notin (db)")


@behaviour
def unfinished_label_selectors(api: Side) -> None:
    _labels(
        api,
        "!",
        "a in",
        "a in (",
        "a in (b",
        "a in (b,",
        "a in b",
        "a notin",
        "a=b,",
        ",",
        "a,",
        "(",
        ")",
        "a=b,,c",
        "=",
        "a!",
    )


@behaviour
def crooked_label_selectors(api: Side) -> None:
    _labels(
        api,
        "a b",
        "a=b c",
        "a==b==c",
        "a=!b",
        "!!a",
        "!a=b",
        "a>b>c",
        "a in (b c)",
        "a in ((b)",
        "a in (b))",
        "a in (=)",
        "a=(b)",
        "a =! b",
    )


@behaviour
def bad_keys_in_label_selectors(api: Side) -> None:
    _labels(
        api,
        "-a=x",
        "a/b/c=x",
        "/a=x",
        "a/=x",
        "A_B.c-=x",
        "ex_dev/a",
        "é=x",
        "!-a",
        "-a in (x)",
        "-a",
        "-a=-b",
        "a" * 64,
    )


@behaviour
def bad_values_in_label_selectors(api: Side) -> None:
    _labels(
        api, "a=-x", "a=x/y", "a in (ok,-x,y_)", "a notin (é)", "a=" + "x" * 64, "a!=x:y", "a in (" + "x" * 64 + ",-)"
    )


@behaviour
def very_long_label_selectors(api: Side) -> None:
    _labelled(api)
    _labels(
        api,
        "tier in (" + ",".join(f"v{index}" for index in range(5000)) + ",web)",
        ",".join(["tier"] * 5000),
        "x" * 50_000,
    )


@behaviour
def selectors_that_are_given_twice(api: Side) -> None:
    _labelled(api)
    api.request("GET", api.config_maps, query=[("labelSelector", "tier=web"), ("labelSelector", "tier=db")])
    api.request(
        "GET", api.config_maps, query=[("fieldSelector", "metadata.name=b"), ("fieldSelector", "metadata.name=c")]
    )
    api.request("GET", api.config_maps, query=[("limit", "1"), ("limit", "x")])


@behaviour
def names_and_namespaces_as_fields(api: Side) -> None:
    _labelled(api)
    own = f"metadata.namespace={api.namespace}"
    _fields(
        api, api.config_maps, "metadata.name=a", "metadata.name==a", "metadata.name!=a", own, "metadata.namespace=other"
    )
    _fields(
        api,
        api.config_maps,
        f"{own},metadata.name=b",
        "metadata.name=a,metadata.name=b",
        "metadata.name=",
        ",metadata.name=a,,",
    )


@behaviour
def fields_across_namespaces(api: Side) -> None:
    api.post(api.things, thing("only-here"))
    _fields(api, "/apis/ex.dev/v1/things", f"metadata.namespace={api.namespace}", "metadata.name=only-here")
    _fields(
        api,
        "/apis/ex.dev/v1/things",
        f"metadata.namespace={api.namespace},metadata.name=only-here",
        f"metadata.namespace!={api.namespace},metadata.name=only-here",
    )


@behaviour
def escapes_in_field_selectors(api: Side) -> None:
    api.post(api.things, thing("a", owner="x,y=z"))
    api.post(api.things, thing("b", owner="x\\y"))
    _fields(api, api.things, "spec.owner=x\\,y\\=z", "spec.owner=x\\\\y", "spec.owner!=x\\\\y")


@behaviour
def unreadable_field_selectors(api: Side) -> None:
    _fields(
        api,
        api.things,
        "spec.owner",
        "spec.owner=a\\b",
        "spec.owner=a=b",
        "spec.owner=a\\",
        "=",
        "=x",
        "spec.owner=a,b",
        "a!b",
        "metadata.name>1",
        "spec.owner in (a)",
    )


@behaviour
def the_first_problem_of_a_field_selector_is_told(api: Side) -> None:
    _fields(api, api.things, "z.z=1,a.a=2", "z.z=1,oops", "spec.owner=ann,no.such=1")


@behaviour
def fields_that_custom_kinds_do_not_select_by(api: Side) -> None:
    _fields(
        api,
        api.things,
        "spec.size=5",
        "metadata.uid=x",
        "metadata.labels=x",
        "spec=x",
        ".spec.owner=ann",
        "spec.Owner=ann",
    )


@behaviour
def a_mistake_in_each_parameter(api: Side) -> None:
    api.get(
        api.things, labelSelector="-", fieldSelector="oops", limit="x", timeoutSeconds="y", resourceVersionMatch="Odd"
    )
    api.get(api.things, labelSelector="-", fieldSelector="oops", limit="x", resourceVersionMatch="Odd")
    api.get(api.things, labelSelector="-", fieldSelector="oops", resourceVersionMatch="Odd")
    api.get(api.things, fieldSelector="oops", resourceVersionMatch="Odd")
    api.get(api.things, fieldSelector="no.such=1", resourceVersionMatch="Odd")
    api.get(api.things, fieldSelector="no.such=1", **{"continue": "odd"})


_CORE = (
    "bindings",
    "configmaps",
    "endpoints",
    "events",
    "limitranges",
    "persistentvolumeclaims",
    "pods",
    "podtemplates",
)
_MORE = ("replicationcontrollers", "resourcequotas", "secrets", "serviceaccounts", "services")


@behaviour
def fields_that_core_kinds_do_not_select_by(api: Side) -> None:
    for plural in _CORE[1:] + _MORE:
        api.get(api.core(plural), fieldSelector="no.such=1")
    for plural in ("namespaces", "nodes", "persistentvolumes"):
        api.get(f"/api/v1/{plural}", fieldSelector="no.such=1")


@behaviour
def fields_that_other_kinds_do_not_select_by(api: Side) -> None:
    for group, plural in (
        ("apps/v1", "deployments"),
        ("apps/v1", "statefulsets"),
        ("apps/v1", "replicasets"),
        ("batch/v1", "jobs"),
        ("batch/v1", "cronjobs"),
        ("events.k8s.io/v1", "events"),
        ("coordination.k8s.io/v1", "leases"),
        ("networking.k8s.io/v1", "ingresses"),
        ("rbac.authorization.k8s.io/v1", "roles"),
        ("policy/v1", "poddisruptionbudgets"),
    ):
        api.get(f"/apis/{group}/namespaces/{api.namespace}/{plural}", fieldSelector="no.such=1")
    for group, plural in (
        ("certificates.k8s.io/v1", "certificatesigningrequests"),
        ("apiextensions.k8s.io/v1", "customresourcedefinitions"),
        ("rbac.authorization.k8s.io/v1", "clusterroles"),
        ("resource.k8s.io/v1", "resourceslices"),
        ("storage.k8s.io/v1", "storageclasses"),
        ("scheduling.k8s.io/v1", "priorityclasses"),
    ):
        api.get(f"/apis/{group}/{plural}", fieldSelector="no.such=1")


@behaviour
def a_namespace_is_a_field_even_of_kinds_without(api: Side) -> None:
    for path in ("/api/v1/namespaces", "/api/v1/nodes", "/apis/scheduling.k8s.io/v1/priorityclasses"):
        api.get(path, fieldSelector="metadata.namespace=none")


@behaviour
def pods_by_their_fields(api: Side) -> None:
    spec = {"containers": [{"name": "c", "image": "i"}]}
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "one"}, "spec": spec}
    api.post(api.core("pods"), pod)
    api.post(
        api.core("pods"), pod | {"metadata": {"name": "two"}, "spec": spec | {"nodeName": "n1", "hostNetwork": True}}
    )
    for text in (
        "spec.nodeName=n1",
        "spec.nodeName=",
        "spec.host=n1",
        "spec.hostNetwork=false",
        "spec.hostNetwork=true",
        "status.phase=Pending",
        "status.phase!=Running",
        "spec.restartPolicy=Always",
        "spec.schedulerName=default-scheduler",
        "spec.serviceAccountName=",
        "status.podIP=",
        "status.podIPs=",
        "status.nominatedNodeName=",
        "status.message=x",
    ):
        api.get(api.core("pods"), fieldSelector=text)


@behaviour
def other_kinds_by_their_fields(api: Side) -> None:
    api.post(api.core("secrets"), {"metadata": {"name": "s"}, "type": "ex.dev/own"})
    api.get(api.core("secrets"), fieldSelector="type=ex.dev/own")
    api.get(api.core("secrets"), fieldSelector="type=Opaque")
    template = {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [{"name": "c", "image": "i"}]}}
    controller = {"metadata": {"name": "r"}, "spec": {"replicas": 0, "selector": {"a": "b"}, "template": template}}
    api.post(api.core("replicationcontrollers"), controller)
    api.get(api.core("replicationcontrollers"), fieldSelector="status.replicas=0")
    api.get(api.core("replicationcontrollers"), fieldSelector="status.replicas=1")
    jobs = f"/apis/batch/v1/namespaces/{api.namespace}/jobs"
    pod = {"spec": template["spec"] | {"restartPolicy": "Never"}}
    api.post(jobs, {"metadata": {"name": "j"}, "spec": {"suspend": True, "template": pod}})
    api.get(jobs, fieldSelector="status.successful=0")
    api.get(jobs, fieldSelector="status.successful=1")
    api.get("/api/v1/namespaces", fieldSelector=f"status.phase=Active,metadata.name={api.namespace}")
    api.get("/api/v1/namespaces", fieldSelector=f"status.phase=Terminating,metadata.name={api.namespace}")


@behaviour
def events_by_their_fields_in_both_groups(api: Side) -> None:
    regarding = {"kind": "Thing", "name": "one", "namespace": api.namespace, "apiVersion": "ex.dev/v1"}
    event = {
        "metadata": {"name": "e"},
        "involvedObject": regarding,
        "reason": "Tried",
        "type": "Normal",
        "source": {"component": "me"},
    }
    api.post(api.core("events"), event)
    for text in (
        "involvedObject.name=one",
        "involvedObject.kind=Thing,type=Normal",
        "reason=Tried",
        "source=me",
        "reportingComponent=me",
        "type=Warning",
        "regarding.name=one",
    ):
        api.get(api.core("events"), fieldSelector=text)
    for text in (
        "regarding.name=one",
        "regarding.kind=Thing,reason=Tried",
        "reportingController=me",
        "involvedObject.name=one",
        "source=me",
    ):
        api.get(f"/apis/events.k8s.io/v1/namespaces/{api.namespace}/events", fieldSelector=text)
