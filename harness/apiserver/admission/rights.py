"""The authorizer that expressions of admission are given: the server's own, for the user who writes."""

from harness.apiserver.admission.attributes import Attributes
from harness.apiserver.cel.library.rights import Authorizer, ResourceCheck, Wish
from harness.apiserver.cluster import Cluster


def authorizers(cluster: Cluster, attributes: Attributes) -> dict[str, Authorizer | ResourceCheck]:
    """Return the variables by which expressions ask for rights of the user who writes, the second about what is written."""
    decider = cluster.access.decider(attributes.user)
    mine = Wish(
        verb="",
        group=attributes.resource.group,
        resource=attributes.resource.plural,
        subresource=attributes.subresource,
        namespace=attributes.namespace,
        name=attributes.name,
    )
    return {"authorizer": Authorizer(decider), "authorizer.requestResource": ResourceCheck(decider, mine)}
