"""POST of an object that is not kept: a review, a request for a token. Read as any object, answered at once."""

from collections.abc import Callable

from harness.apiserver.bodies import body_type, read_object
from harness.apiserver.cluster import Cluster
from harness.apiserver.errors import BadRequest
from harness.apiserver.jsontext import dumps
from harness.apiserver.managed import owners_of_new
from harness.apiserver.messages import Object, Reply, Request
from harness.apiserver.metadata import ordered
from harness.apiserver.resources import Resource
from harness.apiserver.store import Key
from harness.apiserver.verbs.objects import admit, reply
from harness.apiserver.verbs.options import write_options

_OF_THE_SERVER = ("creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "generation", "selfLink")


def answer_posted(
    cluster: Cluster,
    resource: Resource,
    key: Key,
    request: Request,
    *,
    answer: Callable[[Object], Object],
    subresource: str = "",
) -> Reply:
    """Reply to a POST with what ``answer`` makes of the object in the body.

    :param key: the namespace that the object must be of, and its name where the path gives one.
    :param subresource: the one that takes such objects; their uid is the client's then.
    :raises ApiError: it cannot be read, or ``answer`` refuses it.
    """
    body_type(request.headers)
    options = write_options(request, "CreateOptions")
    incoming = read_object(request, resource)
    value = admit(resource, incoming.value, options, incoming=incoming)
    metadata = {name: item for name, item in value["metadata"].items() if name not in _OF_THE_SERVER}
    if not subresource:
        metadata.pop("uid", None)
    if key.namespace and metadata.setdefault("namespace", key.namespace) != key.namespace:
        raise BadRequest("the namespace of the provided object does not match the namespace sent on the request")
    if not key.namespace:
        metadata.pop("namespace", None)
    metadata["managedFields"] = owners_of_new(
        cluster, resource, value, manager=options.manager, subresource=subresource
    )
    head = {"kind": value["kind"], "apiVersion": value["apiVersion"], "metadata": ordered(metadata)}
    return reply(201, dumps(answer({**head, **value, "metadata": head["metadata"]})), options.warnings)
