"""Policy rules of RBAC: what one allows, whether some cover another, and how the missing ones are told."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from harness.apiserver.access.attributes import Attributes
from harness.apiserver.fields import quote
from harness.apiserver.messages import Object

_ALL: Final = "*"


@dataclass(frozen=True, slots=True)
class Rule:
    """One policy rule: verbs on resources of groups (``names`` empty: on any), or on paths."""

    verbs: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()

    def allows(self, wish: Attributes) -> bool:
        """Tell whether this rule alone allows ``wish``."""
        if _ALL not in self.verbs and wish.verb not in self.verbs:
            return False
        if not wish.resource_request:
            return any(_path_covers(path, wish.path) for path in self.paths)
        return (
            (_ALL in self.groups or wish.group in self.groups)
            and self._names_resource(wish)
            and (not self.names or wish.name in self.names)
        )

    def _names_resource(self, wish: Attributes) -> bool:
        if _ALL in self.resources:
            return True
        if not wish.subresource:
            return wish.resource in self.resources
        return f"{wish.resource}/{wish.subresource}" in self.resources or f"*/{wish.subresource}" in self.resources

    def covers(self, atom: "Rule") -> bool:
        """Tell whether this rule allows all that ``atom``, of one verb and one object of it (see `atoms`), allows."""
        return (
            (_ALL in self.verbs or _all_in(atom.verbs, self.verbs))
            and (_ALL in self.groups or _all_in(atom.groups, self.groups))
            and all(self._covers_resource(resource) for resource in atom.resources)
            and (not self.names or (bool(atom.names) and _all_in(atom.names, self.names)))
            and all(any(_path_covers(mine, path) for mine in self.paths) for path in atom.paths)
        )

    def _covers_resource(self, resource: str) -> bool:
        if _ALL in self.resources or resource in self.resources:
            return True
        _, slash, subresource = resource.partition("/")
        return bool(slash) and f"*/{subresource}" in self.resources

    def atoms(self) -> Iterator["Rule"]:
        """Yield this rule in parts of one verb on one resource of one group, or on one path."""
        for group in self.groups:
            for resource in self.resources:
                for verb in self.verbs:
                    for name in self.names or ("",):
                        yield Rule((verb,), (group,), (resource,), (name,) if self.names else ())
        for path in self.paths:
            for verb in self.verbs:
                yield Rule((verb,), paths=(path,))

    def __str__(self) -> str:
        """Return the rule as refusals show it: ``{APIGroups:[""], Resources:["pods"], Verbs:["get"]}``."""
        parts = (
            ("APIGroups", self.groups),
            ("Resources", self.resources),
            ("NonResourceURLs", self.paths),
            ("ResourceNames", self.names),
            ("Verbs", self.verbs),
        )
        return "{" + ", ".join(f"{name}:{quoted(values)}" for name, values in parts if values) + "}"


def rule_of(given: Object) -> Rule:
    """Return a rule of a role's JSON."""
    return Rule(
        verbs=tuple(given.get("verbs") or ()),
        groups=tuple(given.get("apiGroups") or ()),
        resources=tuple(given.get("resources") or ()),
        names=tuple(given.get("resourceNames") or ()),
        paths=tuple(given.get("nonResourceURLs") or ()),
    )


def missing(held: Iterable[Rule], wanted: Iterable[Rule]) -> list[Rule]:
    """Return what of ``wanted`` is not covered by ``held``, with the verbs on one object together."""
    held = list(held)
    compact: dict[object, Rule] = {}
    for rule in wanted:
        for atom in rule.atoms():
            if any(one.covers(atom) for one in held):
                continue
            place: object = (atom.groups, atom.resources, atom.names) if not atom.paths else (atom.paths, atom.verbs)
            known = compact.get(place)
            compact[place] = replace(known, verbs=known.verbs + atom.verbs) if known and not atom.paths else atom
    return list(compact.values())


def quoted(values: Iterable[str]) -> str:
    """Return strings as Go's ``%q`` prints a slice of them."""
    return "[" + " ".join(quote(value) for value in values) + "]"


def _all_in(some: tuple[str, ...], of: tuple[str, ...]) -> bool:
    return all(one in of for one in some)


def _path_covers(rule: str, path: str) -> bool:
    return rule in (_ALL, path) or (rule.endswith("*") and path.startswith(rule.rstrip("*")))
