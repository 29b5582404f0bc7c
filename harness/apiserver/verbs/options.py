"""The options of writing verbs, from the query (and, for deletions, the body)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from harness.apiserver.bodies import read_options
from harness.apiserver.errors import Invalid
from harness.apiserver.fields import FieldError, forbidden, invalid, not_supported, required, too_long
from harness.apiserver.managed import manager_of
from harness.apiserver.messages import ADMINISTRATOR, Object, Request, User
from harness.apiserver.verbs.parameters import flag, number, several

_DIRECTIVES = ("", "Ignore", "Strict", "Warn")
_LONGEST_MANAGER_BYTES = 128
_POLICIES = ("Foreground", "Background", "Orphan")


@dataclass(slots=True)
class WriteOptions:
    """Who writes and how.

    :ivar given: the options as the object that admission sees.
    :ivar warnings: what is said to the client beside the reply.
    """

    manager: str
    dry_run: bool
    validation: str
    user: User = ADMINISTRATOR
    given: Object = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)

    @property
    def strict(self) -> bool:
        """Whether unknown fields are refused."""
        return self.validation == "Strict"

    def warn(self, text: str) -> None:
        """Say something beside the reply, once; nothing when the client asked for silence about unknown fields."""
        if text not in self.warnings:
            self.warnings.append(text)


def silent(options: WriteOptions) -> WriteOptions:
    """Return the same options for what the client has not written itself: nothing is refused or warned of."""
    return WriteOptions(options.manager, options.dry_run, "Ignore", options.user, options.given)


def patch_options(request: Request, *, applies: bool) -> WriteOptions:
    """Read the options of a patch, or of a configuration that is applied.

    :raises Invalid: a value that does not exist, no manager for what is applied, or force for what is not.
    """
    wrong: list[FieldError] = []
    if applies and not request.query.get("fieldManager"):
        wrong.append(required("fieldManager", "is required for apply patch"))
    if not applies and "force" in request.query:
        wrong.append(forbidden("force", "may not be specified for non-apply patch"))
    return write_options(request, "PatchOptions", wrong)


def forces(request: Request) -> bool:
    """Tell whether a configuration is applied against the will of other owners; whatever is not false is true."""
    return request.query.get("force", "false").lower() not in {"false", "0"}


def write_options(request: Request, kind: str, before: Sequence[FieldError] = ()) -> WriteOptions:
    """Read the options of a create, update or patch.

    :param before: what is wrong with options that only some verbs have.
    :raises Invalid: a value that does not exist; ``kind`` names the options, such as ``CreateOptions``.
    """
    query = request.query
    if not query and not before:  # as most writers ask
        return WriteOptions(
            manager=manager_of(query, request.headers),
            dry_run=False,
            validation="Warn",
            user=request.user or ADMINISTRATOR,
            given={"kind": kind, "apiVersion": "meta.k8s.io/v1"},
            warnings=request.warnings,
        )
    directive, dry_run = query.get("fieldValidation", ""), several(query, "dryRun")
    wrong: list[FieldError] = [*before, *_manager_errors(query.get("fieldManager", ""))]
    if set(dry_run) - {"All"}:
        wrong.append(not_supported("dryRun", dry_run, ("All",)))
    if directive not in _DIRECTIVES:
        wrong.append(not_supported("fieldValidation", directive, _DIRECTIVES))
    if wrong:
        raise Invalid(group="meta.k8s.io", kind=kind, name="", errors=wrong)
    return WriteOptions(
        manager=manager_of(query, request.headers),
        dry_run=bool(dry_run),
        validation=directive or "Warn",
        user=request.user or ADMINISTRATOR,
        given=_given(query, kind),
        warnings=request.warnings,
    )


def _given(query: Mapping[str, str], kind: str) -> Object:
    found: Object = {"kind": kind, "apiVersion": "meta.k8s.io/v1"}
    found |= {name: query[name] for name in ("fieldManager", "fieldValidation") if query.get(name)}
    if dry_run := several(query, "dryRun"):
        found["dryRun"] = dry_run
    if kind == "PatchOptions" and query.get("force") in {"true", "1"}:
        found["force"] = True
    return found


def _manager_errors(manager: str) -> Iterator[FieldError]:
    if len(manager.encode()) > _LONGEST_MANAGER_BYTES:
        yield too_long("fieldManager", _LONGEST_MANAGER_BYTES)
    if not manager.isprintable():
        place = 0
        for one in manager:
            if not one.isprintable():
                detail = f"invalid character U+{ord(one):04X} (at position {place})"
                yield invalid("fieldManager", manager, detail)
            place += len(one.encode())


@dataclass(frozen=True, slots=True)
class DeleteOptions:
    """How to delete. ``policy`` is "" where the client leaves it to the kind (Background), ``grace_seconds`` is None then.

    ``accepted`` tells that the client wants to hear of a deletion which has only begun, in the old way.
    """

    policy: str = ""
    grace_seconds: int | None = None
    uid: str = ""
    resource_version: str = ""
    accepted: bool = False
    dry_run: bool = False
    user: User = ADMINISTRATOR
    given: Object = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)

    def warn(self, text: str) -> None:
        """Say something beside the reply, once."""
        if text not in self.warnings:
            self.warnings.append(text)


def delete_options(request: Request) -> DeleteOptions:
    """Read the options of a deletion from its body, or without one from the query.

    :raises BadRequest: a body that is no DeleteOptions.
    :raises Invalid: a policy that does not exist.
    """
    source = read_options(request, "DeleteOptions") if request.body else _from_query(request.query)
    policy, orphan = source.get("propagationPolicy"), source.get("orphanDependents")
    wrong = []
    if policy is not None and orphan is not None:
        detail = "orphanDependents and deletionPropagation cannot be both set"
        wrong.append(invalid("propagationPolicy", policy, detail))
    if policy is not None and policy not in _POLICIES:
        wrong.append(not_supported("propagationPolicy", policy, (*_POLICIES, "nil")))
    dry_run = source.get("dryRun") or []
    if set(dry_run) - {"All"}:
        wrong.append(not_supported("dryRun", dry_run, ("All",)))
    if wrong:
        raise Invalid(group="meta.k8s.io", kind="DeleteOptions", name="", errors=wrong)
    if orphan is not None:
        policy = "Orphan" if orphan else "Background"
    conditions = source.get("preconditions") or {}
    return DeleteOptions(
        policy=policy or "",
        grace_seconds=source.get("gracePeriodSeconds"),
        uid=conditions.get("uid") or "",
        resource_version=conditions.get("resourceVersion") or "",
        accepted=orphan is False,
        dry_run=bool(dry_run),
        user=request.user or ADMINISTRATOR,
        given=_given_to_delete(source, policy or ""),
        warnings=request.warnings,
    )


def _given_to_delete(source: Object, policy: str) -> Object:
    found: Object = {"kind": "DeleteOptions", "apiVersion": "meta.k8s.io/v1"}
    for name in ("gracePeriodSeconds", "preconditions"):
        if source.get(name) is not None:
            found[name] = source[name]
    if policy and source.get("propagationPolicy"):
        found["propagationPolicy"] = policy
    if source.get("dryRun"):
        found["dryRun"] = ["All"]
    return found


def _from_query(query: Mapping[str, str]) -> Object:
    """Return options that a client gave in the query.

    :raises BadRequest: a number that is none.
    """
    found: Object = {}
    if "propagationPolicy" in query:
        found["propagationPolicy"] = query["propagationPolicy"]
    if "orphanDependents" in query:
        found["orphanDependents"] = flag(query, "orphanDependents")
    if dry_run := several(query, "dryRun"):
        found["dryRun"] = dry_run
    if (seconds := number(query, "gracePeriodSeconds")) is not None:
        found["gracePeriodSeconds"] = seconds
    return found
