"""POST of an object that is not kept: a review, a request for a token. Read as any object, answered at once."""

from collections.abc import Callable
from dataclasses import dataclass

from harness.apiserver.bodies import body_type, read_object
from harness.apiserver.cluster import Cluster
from harness.apiserver.errors import BadRequest
from harness.apiserver.jsontext import dumps
from harness.apiserver.managed import owners_of_new
from harness.apiserver.messages import Object, Reply, Request
from harness.apiserver.metadata import ordered
from harness.apiserver.resources import Resource
from harness.apiserver.store import Key
from harness.apiserver.verbs.asking import asking_of_posted
from harness.apiserver.verbs.objects import admit, reply
from harness.apiserver.verbs.options import WriteOptions, write_options

_OF_THE_SERVER = ("creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "generation", "selfLink")


@dataclass(frozen=True, slots=True)
class Posted:
    """An object that was posted, as those leave it who may change it.

    :ivar check: asks those who may refuse it; called once it is known to be right otherwise.
    """

    value: Object
    options: WriteOptions
    check: Callable[[Object], None]


def read_posted(
    cluster: Cluster,
    resource: Resource,
    key: Key,
    request: Request,
    *,
    posted: Resource | None = None,
    subresource: str = "",
    owned: bool = True,
) -> Posted:
    """Read what is posted.

    :param key: the namespace that the object must be of, and its name where the path gives one.
    :param posted: what it is read as, if not as an object of ``resource``.
    :param subresource: the one that takes such objects; their uid is the client's then.
    :param owned: whether it has managedFields.
    :raises ApiError: it cannot be read, or somebody refuses it.
    """
    kind = posted or resource
    body_type(request.headers)
    options = write_options(request, "CreateOptions")
    incoming = read_object(request, kind)
    value = admit(kind, incoming.value, options, incoming=incoming)
    metadata = {name: item for name, item in value["metadata"].items() if name not in _OF_THE_SERVER}
    if not subresource:
        metadata.pop("uid", None)
    if key.namespace and metadata.setdefault("namespace", key.namespace) != key.namespace:
        raise BadRequest("the namespace of the provided object does not match the namespace sent on the request")
    if not key.namespace:
        metadata.pop("namespace", None)
    if owned:
        metadata["managedFields"] = owners_of_new(
            cluster, kind, value, manager=options.manager, subresource=subresource
        )
    head = {"kind": value["kind"], "apiVersion": value["apiVersion"], "metadata": ordered(metadata)}
    whole = {**head, **value, "metadata": head["metadata"]}
    name = key.name or metadata.get("name", "")
    asking = asking_of_posted(
        cluster, resource, Key(key.namespace, name), kind, options=options, subresource=subresource
    )
    return Posted(asking.changed(whole), options, asking.check)


def answer_posted(
    cluster: Cluster,
    resource: Resource,
    key: Key,
    request: Request,
    *,
    answer: Callable[[Posted], Object],
    posted: Resource | None = None,
    subresource: str = "",
    owned: bool = True,
) -> Reply:
    """Reply to a POST with what ``answer`` makes of the object in the body; for the others see `read_posted`.

    :raises ApiError: it cannot be read, or is refused.
    """
    found = read_posted(cluster, resource, key, request, posted=posted, subresource=subresource, owned=owned)
    return reply(201, dumps(answer(found)), found.options.warnings)
