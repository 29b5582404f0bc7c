"""Role based access control: which rules apply to whom, read from the stored roles and bindings.

Bindings are looked at in the order of their names, those of the cluster first; roles and bindings are parsed once per
version. A binding to a role that is not there allows nothing, and the refusal says so.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from harness.apiserver.access.policy import GROUP, load_policy
from harness.apiserver.access.rules import Rule, rule_of
from harness.apiserver.cluster import Cluster
from harness.apiserver.errors import NotFound
from harness.apiserver.fields import quote
from harness.apiserver.messages import Object, User
from harness.apiserver.resources import Registry, Resource
from harness.apiserver.store import Collection, Entry, Key

SERVICE_ACCOUNT: Final = "system:serviceaccount:"

T = TypeVar("T")


class MissingRole(NotFound):
    """A binding refers to a role that does not exist."""

    def __init__(self, resource: Resource, name: str) -> None:
        super().__init__(resource, name)
        self.name = name
        self.noticed = f"{resource.singular}.{resource.group} {quote(name)} not found"
        """How the authorizer says it, which knows roles by their singular."""


@dataclass(frozen=True, slots=True)
class Grant:
    """A rule that applies to somebody, and where it comes from; or the role that a binding names and that is not there."""

    rule: Rule | None
    source: Callable[[], str] = str
    missing: MissingRole | None = None


class RoleBook:
    """The stored roles and bindings of a cluster. ``on_prepared`` is called when those of every cluster are there."""

    def __init__(self, cluster: Cluster) -> None:
        registry = cluster.registry
        self._cluster, self._prepared = cluster, False
        self.on_prepared: Callable[[], None] | None = None
        self._roles = _resource(registry, "roles")
        self._cluster_roles = _resource(registry, "clusterroles")
        self._bindings = _resource(registry, "rolebindings")
        self._cluster_bindings = _resource(registry, "clusterrolebindings")
        self._parsed: dict[str, tuple[Entry, object]] = {}

    def prepare(self) -> None:
        """See to it that the roles and bindings are there that every cluster starts with."""
        if not self._prepared:
            self._prepared = True
            load_policy(self._cluster)
            if self.on_prepared is not None:
                self.on_prepared()

    def concerns(self, collection: Collection) -> bool:
        """Tell whether a change in ``collection`` changes who may do what."""
        return collection.group == GROUP

    def forget(self, entry: Entry) -> None:
        """Forget what was parsed of an object that is gone or has changed."""
        self._parsed.pop(entry.uid, None)

    def grants(self, user: User, namespace: str) -> Iterator[Grant]:
        """Yield what applies to ``user`` in ``namespace`` ("": in the whole cluster)."""
        self.prepare()
        yield from self._granted(self._cluster_bindings, user, "")
        if namespace:
            yield from self._granted(self._bindings, user, namespace)

    def rules(self, user: User, namespace: str) -> tuple[list[Rule], list[MissingRole]]:
        """Return the rules that apply to ``user`` in ``namespace``, and the roles that bindings name in vain."""
        found = list(self.grants(user, namespace))
        return [one.rule for one in found if one.rule], [one.missing for one in found if one.missing]

    def role(self, reference: Object, namespace: str) -> tuple[Rule, ...]:
        """Return the rules of the role that a binding in ``namespace`` refers to.

        :raises MissingRole: there is none.
        """
        cluster_wide = reference.get("kind") == "ClusterRole"
        resource = self._cluster_roles if cluster_wide else self._roles
        name = reference.get("name", "")
        entry = resource.collection.get(Key("" if cluster_wide else namespace, name))
        if entry is None:
            raise MissingRole(resource, name)
        return self._of(entry, resource, lambda value: tuple(map(rule_of, value.get("rules") or ())))

    def _granted(self, bindings: Resource, user: User, namespace: str) -> Iterator[Grant]:
        for entry in bindings.collection.scan(namespace):
            binding: Object = self._of(entry, bindings, lambda value: value)
            subject = _subject(binding.get("subjects") or (), user, namespace)
            if subject is None:
                continue
            try:
                rules = self.role(binding["roleRef"], namespace)
            except MissingRole as missing:
                yield Grant(None, missing=missing)
                continue
            source = _Source(bindings.kind, binding, subject)
            for rule in rules:
                yield Grant(rule, source)

    def _of(self, entry: Entry, resource: Resource, parse: Callable[[Object], T]) -> T:
        known = self._parsed.get(entry.uid)
        if known is not None and known[0] is entry:
            return known[1]  # type: ignore[return-value]  # one parser per resource
        parsed = parse(resource.load(entry))
        self._parsed[entry.uid] = (entry, parsed)
        return parsed


@dataclass(frozen=True, slots=True)
class _Source:
    """Says which binding gave a rule to which subject."""

    kind: str
    binding: Object
    subject: Object

    def __call__(self) -> str:
        metadata, reference = self.binding["metadata"], self.binding["roleRef"]
        space = metadata.get("namespace", "")
        name = f"{metadata['name']}/{space}" if space else metadata["name"]
        bound = self.subject.get("name", "")
        if self.subject.get("kind") == "ServiceAccount":
            bound = f"{bound}/{self.subject.get('namespace') or space}"
        role = f"{reference.get('kind')} {quote(reference.get('name', ''))}"
        return f"{self.kind} {quote(name)} of {role} to {self.subject.get('kind')} {quote(bound)}"


def _subject(subjects: Sequence[Object], user: User, namespace: str) -> Object | None:
    """Return the first subject that is ``user``, or None."""
    for subject in subjects:
        kind, name = subject.get("kind"), subject.get("name", "")
        if kind == "User":
            applies = name == user.name
        elif kind == "Group":
            applies = name in user.groups
        elif kind == "ServiceAccount":
            space = subject.get("namespace") or namespace
            applies = bool(space) and user.name == f"{SERVICE_ACCOUNT}{space}:{name}"
        else:
            applies = False
        if applies:
            return subject
    return None


def _resource(registry: Registry, plural: str) -> Resource:
    found = registry.find(GROUP, "v1", plural)
    if found is None:
        raise AssertionError(f"the table of built-in resources holds no {plural}")
    return found
