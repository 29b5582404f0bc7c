"""May they? The reviews of one wish: of oneself, of anybody, of anybody in one namespace."""

from harness.apiserver.access import Attributes
from harness.apiserver.cluster import Cluster
from harness.apiserver.errors import Invalid
from harness.apiserver.fields import FieldError, invalid
from harness.apiserver.kinds.authorization.selectors import evaluation_error, selector_errors
from harness.apiserver.messages import ADMINISTRATOR, Object, Reply, Request, User
from harness.apiserver.resources import Resource
from harness.apiserver.resources.strategy import Strategy
from harness.apiserver.store import Key
from harness.apiserver.verbs.posted import Posted, answer_posted


class _ReviewStrategy(Strategy):
    """What the three have in common."""

    def __init__(self) -> None:
        self.endpoints = {"": self._review}

    def _review(self, cluster: Cluster, resource: Resource, key: Key, request: Request) -> Reply:
        def answer(posted: Posted) -> Object:
            review = posted.value
            spec = review.get("spec") or {}
            found = [*_one_of_two(spec), *self.further_errors(review, spec)]
            if found:
                raise Invalid(group=resource.group, kind="", name="", errors=found)
            posted.check(review)
            wish = _wish(self.subject(spec, request.user or ADMINISTRATOR), spec)
            decision = cluster.access.authorizer.decide(wish)
            status: Object = {"allowed": decision.allowed}
            if decision.reason:
                status["reason"] = decision.reason
            if problem := evaluation_error(spec.get("resourceAttributes") or {}):
                status["evaluationError"] = problem
            return {**review, "status": status}

        return answer_posted(cluster, resource, key, request, answer=answer)

    def further_errors(self, review: Object, spec: Object) -> list[FieldError]:
        """Return what is wrong beyond the number of wishes."""
        raise NotImplementedError

    def subject(self, spec: Object, user: User) -> User:
        """Return whom the review is about; ``user`` is who asks."""
        del user
        extra = {key: tuple(values) for key, values in (spec.get("extra") or {}).items()}
        groups = tuple(spec.get("groups") or ())
        return User(spec.get("user") or "", uid=spec.get("uid") or "", groups=groups, extra=extra)


class SelfReviewStrategy(_ReviewStrategy):
    """SelfSubjectAccessReview: may I?"""

    def further_errors(self, review: Object, spec: Object) -> list[FieldError]:
        """Return what is wrong with the selectors, and with metadata."""
        return [*selector_errors(spec.get("resourceAttributes")), *_metadata_errors(review)]

    def subject(self, spec: Object, user: User) -> User:
        """Return who asks."""
        del spec
        return user


class SubjectReviewStrategy(_ReviewStrategy):
    """SubjectAccessReview: may they?"""

    def further_errors(self, review: Object, spec: Object) -> list[FieldError]:
        """Return what is wrong with the subject, the selectors and metadata."""
        return [*_subject_errors(spec), *selector_errors(spec.get("resourceAttributes")), *_metadata_errors(review)]


class LocalReviewStrategy(_ReviewStrategy):
    """LocalSubjectAccessReview: may they, in this namespace? For who may not ask about others."""

    def further_errors(self, review: Object, spec: Object) -> list[FieldError]:
        """Return what is wrong with the subject, the selectors, metadata, and what is of another place."""
        found = [*_subject_errors(spec), *selector_errors(spec.get("resourceAttributes"))]
        found += _metadata_errors(review, "must be empty except for namespace")
        space, wish = review["metadata"].get("namespace", ""), spec.get("resourceAttributes")
        if wish is not None and (wish.get("namespace") or "") != space:
            detail = "must match metadata.namespace"
            found.append(invalid("spec.resourceAttributes.namespace", wish.get("namespace") or "", detail))
        if (path := spec.get("nonResourceAttributes")) is not None:
            found.append(invalid("spec.nonResourceAttributes", _shown(path), "disallowed on this kind of request"))
        return found


def _one_of_two(spec: Object) -> list[FieldError]:
    resource, path = spec.get("resourceAttributes"), spec.get("nonResourceAttributes")
    if resource is not None and path is not None:
        detail = "cannot be specified in combination with resourceAttributes"
        return [invalid("spec.nonResourceAttributes", _shown(path), detail)]
    if resource is None and path is None:
        detail = "exactly one of nonResourceAttributes or resourceAttributes must be specified"
        return [invalid("spec.resourceAttributes", None, detail)]
    return []


def _subject_errors(spec: Object) -> list[FieldError]:
    if spec.get("user") or spec.get("groups"):
        return []
    return [invalid("spec.user", "", "at least one of user or group must be specified")]


def _metadata_errors(review: Object, detail: str = "must be empty") -> list[FieldError]:
    allowed = {"managedFields", "namespace"} if "namespace" in detail else {"managedFields"}
    metadata = {name: item for name, item in review["metadata"].items() if item not in (None, "", [], {})}
    return [] if metadata.keys() <= allowed else [invalid("metadata", metadata, detail)]


def _shown(path: Object) -> Object:
    """Return the wish for a path as messages show it: by the names of its Go fields."""
    return {"Path": path.get("path") or "", "Verb": path.get("verb") or ""}


def _wish(user: User, spec: Object) -> Attributes:
    path = spec.get("nonResourceAttributes")
    if path is not None:
        return Attributes(user, path.get("verb") or "", resource_request=False, path=path.get("path") or "")
    given = spec["resourceAttributes"]
    return Attributes(
        user,
        given.get("verb") or "",
        group=given.get("group") or "",
        resource=given.get("resource") or "",
        subresource=given.get("subresource") or "",
        namespace=given.get("namespace") or "",
        name=given.get("name") or "",
    )
