"""One question to one webhook: the review that it is asked by, what it answers, and what is counted of that."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any, Final

from harness.apiserver.admission.attributes import Attributes
from harness.apiserver.admission.configurations import Webhook
from harness.apiserver.admission.responses import refusal_of
from harness.apiserver.admission.review import ReviewError, Verdict, request_of, review, verdict
from harness.apiserver.cluster import Cluster
from harness.apiserver.errors import ApiError, BadRequest
from harness.apiserver.fields import quote
from harness.apiserver.jsontext import dumps
from harness.apiserver.messages import Object
from harness.apiserver.outcalls import Asking, Call, Outcome, Unanswered
from harness.apiserver.resources import Resource

_LEAST_REFUSAL: Final = 400


class CallError(Exception):
    """A webhook could not be asked, or gave no usable answer: its failurePolicy says what that means.

    :ivar code: what the failure is counted under.
    """

    def __init__(self, message: str, code: int = 503) -> None:
        super().__init__(message)
        self.code = code


class RejectionError(ApiError):
    """A webhook's refusal, with the ``Status`` that it gave."""

    def __init__(self, hook: str, result: Mapping[str, Any] | None) -> None:
        result = dict(result or {})
        why = result.get("message") or result.get("reason")
        denied = f"admission webhook {quote(hook)} denied the request"
        super().__init__(f"{denied}: {why}" if why else f"{denied} without explanation", result.get("details"))
        self.code = max(int(result.get("code") or 0), _LEAST_REFUSAL)
        self.reason = str(result.get("reason") or "")
        self._metadata = result.get("metadata") or {}

    def status(self) -> Object:
        """Return the ``Status``; without a reason where the webhook gave none."""
        found = super().status() | {"metadata": self._metadata}
        if not self.reason:
            del found["reason"]
        return found


class Question:
    """One review that is to be sent to one webhook."""

    def __init__(
        self, cluster: Cluster, hook: Webhook, attributes: Attributes, resource: Resource, *, mutating: bool
    ) -> None:
        if attributes.dry_run and not hook.dry_runs:
            raise BadRequest(f"admission webhook {quote(hook.name)} does not support dry run")
        self._cluster, self._hook, self._mutating = cluster, hook, mutating
        self._kind, self._operation = "admit" if mutating else "validating", attributes.operation
        request = request_of(attributes, resource)
        self.key = (hook.identity, dumps(request, sort_keys=True))
        self._uid = cluster.review_uid(self.key)
        try:
            body = review(request, uid=self._uid, versions=hook.versions)
        except ReviewError as problem:
            raise CallError(
                f"failed calling webhook {quote(hook.name)}: could not create admission objects: {problem}"
            ) from None
        self.call: Call = hook.call(body)

    @contextmanager
    def noted(self) -> Iterator[None]:
        """Note what comes of the answer, so that it is counted when the request is over."""
        told = partial(Asking, self._hook.name, self._kind, self._operation)
        try:
            yield
        except CallError as failure:
            ignored = self._hook.ignores_failure
            self._note(told(failure.code, error="" if ignored else "calling_webhook_error", failed_open=ignored))
            raise
        except RejectionError as refusal:
            self._note(told(refusal.code, error="no_error"))
            raise
        except ApiError:
            self._note(told(0, error="apiserver_internal_error"))
            raise
        self._note(told(200))

    def _note(self, asking: Asking) -> None:
        if self._cluster.attempt is not None:
            self._cluster.attempt.note(self.key, asking)

    def verdict(self, outcome: Outcome) -> Verdict:
        """Return what the webhook said.

        :raises CallError: nothing usable.
        """
        start = f"failed calling webhook {quote(self._hook.name)}"
        if isinstance(outcome, Unanswered):
            raise CallError(f'{start}: failed to call webhook: Post "{self.call.url}": {outcome.why}')
        why = refusal_of(outcome)
        if why:
            raise CallError(f"{start}: failed to call webhook: {why}", outcome.status)
        try:
            return verdict(outcome.body, uid=self._uid, asked=self.call.body, mutating=self._mutating)
        except ReviewError as problem:
            raise CallError(f"{start}: received invalid webhook response: {problem}") from None
