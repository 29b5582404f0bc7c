"""Who may do what, and how refusals read."""

from kubernetes import client

from ...servers import PERSON
from ..session import Kubernetes, script
from .objects import META, colours


@script
def refusals(api: Kubernetes) -> None:
    with api.as_person() as somebody:
        forbidden = api.refuses("list", lambda: somebody.list_namespaced_config_map(api.namespace))
        assert (403, "Forbidden") == (forbidden.status, forbidden.reason)
        api.refuses("create", lambda: somebody.create_namespaced_config_map(api.namespace, colours()))
        api.refuses("read", lambda: somebody.read_namespaced_secret("none", api.namespace))
    with api.as_person("nobody") as nobody:
        unknown = api.refuses("with a wrong token", lambda: nobody.list_namespaced_config_map(api.namespace))
        assert (401, "Unauthorized") == (unknown.status, unknown.reason)


@script
def given(api: Kubernetes) -> None:
    rbac, space = client.RbacAuthorizationV1Api(api.api), api.namespace
    rules = [client.V1PolicyRule(api_groups=[""], resources=["configmaps"], verbs=["get", "list"])]
    reader = client.V1Role(metadata=META(name="reader"), rules=rules)
    api.gives("a role", lambda: rbac.create_namespaced_role(space, reader))
    binding = client.V1RoleBinding(
        metadata=META(name="readers"),
        role_ref=client.V1RoleRef(api_group="rbac.authorization.k8s.io", kind="Role", name="reader"),
        subjects=[client.RbacV1Subject(kind="User", name=PERSON, api_group="rbac.authorization.k8s.io")],
    )
    api.gives("a binding", lambda: rbac.create_namespaced_role_binding(space, binding))
    binding.role_ref.name = "other"
    moved = api.refuses("bind to another", lambda: rbac.replace_namespaced_role_binding("readers", space, binding))
    assert 422 == moved.status
    with api.as_person() as somebody:
        api.until(lambda: somebody.list_namespaced_config_map(space))
        api.gives("list", lambda: somebody.list_namespaced_config_map(space))
        api.refuses("create", lambda: somebody.create_namespaced_config_map(space, colours()))
        own = client.AuthorizationV1Api(somebody.api_client)
        wanted = client.V1ResourceAttributes(namespace=space, verb="list", resource="configmaps")
        review = client.V1SelfSubjectAccessReview(spec=client.V1SelfSubjectAccessReviewSpec(resource_attributes=wanted))
        assert api.gives("may I", lambda: own.create_self_subject_access_review(review)).status.allowed
        rules_review = client.V1SelfSubjectRulesReview(spec=client.V1SelfSubjectRulesReviewSpec(namespace=space))
        rules_found = own.create_self_subject_rules_review(rules_review).status.resource_rules
        assert any("configmaps" in (one.resources or ()) for one in rules_found)
        who = client.AuthenticationV1Api(somebody.api_client).create_self_subject_review(client.V1SelfSubjectReview())
        assert PERSON == api.note("who am I", who).status.user_info.username


@script
def elsewhere(api: Kubernetes) -> None:
    """What is not about objects: versions, discovery, health."""
    version = client.VersionApi(api.api).get_code()
    assert ("1", "36") == (version.major, version.minor.removesuffix("+"))
    groups = api.gives("groups", lambda: [one.name for one in client.ApisApi(api.api).get_api_versions().groups])
    assert {"apps", "batch", "ex.dev"} <= {*groups}
    api.gives("resources", lambda: client.AppsV1Api(api.api).get_api_resources())
    api.gives("versions", lambda: client.CoreApi(api.api).get_api_versions().versions)
