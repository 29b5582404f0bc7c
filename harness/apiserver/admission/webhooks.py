"""Calling webhooks: those that change an object one after the other, those that check it all at once."""

from collections.abc import Callable, Sequence

import orjson

from harness.apiserver.admission.attributes import Attributes
from harness.apiserver.admission.configurations import Webhook
from harness.apiserver.admission.expressions import ConditionError, holds
from harness.apiserver.admission.matching import meant, namespace_matches, object_matches
from harness.apiserver.admission.questions import CallError, Question, RejectionError
from harness.apiserver.admission.review import Verdict
from harness.apiserver.cluster import Cluster
from harness.apiserver.compare import same_json
from harness.apiserver.errors import ApiError, BadRequest, Forbidden, InternalError, NotFound
from harness.apiserver.fields import quote
from harness.apiserver.jsontext import loads
from harness.apiserver.messages import Object
from harness.apiserver.outcalls import Outcome
from harness.apiserver.patches.operations import PatchError, patched
from harness.apiserver.resources import Resource

Warn = Callable[[str], None]
Decode = Callable[[Object], Object]


def mutate(
    cluster: Cluster, hooks: Sequence[Webhook], attributes: Attributes, *, decode: Decode, warn: Warn
) -> Attributes:
    """Return a write as the webhooks leave it.

    A webhook with ``reinvocationPolicy: IfNeeded`` is asked a second time when a later one has changed the object.

    :param decode: reads a patched object: defaults, and what the schema does not know.
    :raises ApiError: one of them refuses, or fails and its failurePolicy is ``Fail``.
    :raises Wanted: an answer is not known yet.
    """
    asked: list[str] = []
    again: set[str] = set()
    for chosen in (None, again):
        for hook in hooks:
            if chosen is not None and hook.identity not in chosen:
                continue
            resource = called(cluster, hook, attributes)
            if resource is None:
                continue
            changed = _mutated(cluster, hook, attributes, resource, decode=decode, warn=warn)
            if changed is not None:
                again.update(asked)
                asked.clear()
                attributes = attributes.with_value(changed)
            if hook.reinvocable and chosen is None:
                asked.append(hook.identity)
        again = set(again)
    return attributes


def validate(cluster: Cluster, hooks: Sequence[Webhook], attributes: Attributes, *, warn: Warn) -> None:
    """Ask all webhooks that are meant, at the same time; of several refusals the first one in order counts.

    :raises ApiError: one of them refuses, or fails and its failurePolicy is ``Fail``.
    :raises Wanted: answers are not known yet.
    """
    meant_ones = [(hook, resource) for hook in hooks if (resource := called(cluster, hook, attributes)) is not None]
    questions: list[tuple[Webhook, Question]] = []
    problems: list[ApiError] = []
    for hook, resource in meant_ones:
        try:
            questions.append((hook, Question(cluster, hook, attributes, resource, mutating=False)))
        except CallError as failure:
            _tolerate(hook, failure, problems)
        except BadRequest as refusal:
            problems.append(refusal)
    outcomes = _ask(cluster, [question for _, question in questions])
    for (hook, question), outcome in zip(questions, outcomes, strict=True):
        try:
            with question.noted():
                _admitted(hook, question.verdict(outcome), warn)
        except CallError as failure:
            _tolerate(hook, failure, problems)
        except RejectionError as refusal:
            problems.append(refusal)
    if problems:
        raise problems[0]


def _tolerate(hook: Webhook, failure: CallError, problems: list[ApiError]) -> None:
    if not hook.ignores_failure:
        problems.append(InternalError(str(failure)))


def called(cluster: Cluster, hook: Webhook, attributes: Attributes) -> Resource | None:
    """Return the version in which a webhook is to be asked about a write, or None when it is not meant.

    :raises NotFound: the namespace, whose labels would decide, is not there.
    :raises Forbidden: a match condition cannot be evaluated and the failurePolicy is ``Fail``.
    """
    lost: NotFound | None = None
    try:
        if not namespace_matches(cluster, hook.namespaces, attributes):
            return None
    except NotFound as problem:  # matters only to a webhook whose rules mean this write
        lost = problem
    if not object_matches(hook.objects, attributes):
        return None
    resource = meant(cluster, hook.rules, attributes, equivalent=hook.equivalent)
    if resource is None:
        return None
    if lost is not None:
        raise lost
    try:
        return resource if holds(cluster, hook.conditions, attributes, resource) else None
    except ConditionError as problem:
        if hook.ignores_failure:
            return None
        raise Forbidden(attributes.resource, attributes.name, str(problem)) from None


def _mutated(
    cluster: Cluster, hook: Webhook, attributes: Attributes, resource: Resource, *, decode: Decode, warn: Warn
) -> Object | None:
    """Return the object as one webhook changed it, or None when it changed nothing."""
    try:
        question = Question(cluster, hook, attributes, resource, mutating=True)
        outcome = _ask(cluster, [question])[0]
        with question.noted():
            answer = question.verdict(outcome)
            _admitted(hook, answer, warn)
            return _patched(hook, answer, attributes, resource, decode) if answer.patch else None
    except CallError as failure:
        if hook.ignores_failure:
            return None
        raise InternalError(str(failure)) from None


def _admitted(hook: Webhook, answer: Verdict, warn: Warn) -> None:
    for text in answer.warnings:
        warn(text)
    if not answer.allowed:
        raise RejectionError(hook.name, answer.result)


def _patched(
    hook: Webhook, answer: Verdict, attributes: Attributes, resource: Resource, decode: Decode
) -> Object | None:
    try:
        operations = loads(answer.patch)
    except orjson.JSONDecodeError as problem:
        raise CallError(
            f"failed calling webhook {quote(hook.name)}: received undecodable patch in webhook response: {problem}"
        ) from None
    if not operations:
        return None
    if attributes.value is None:
        text = f"admission webhook {quote(hook.name)} attempted to modify the object, which is not supported for this operation"
        raise InternalError(text)
    if answer.patch_type != "JSONPatch":
        raise CallError(f"failed calling webhook {quote(hook.name)}: unsupported patch type {quote(answer.patch_type)}")
    before = attributes.version_of(resource).value
    try:
        after = patched(before or {}, operations, answer.patch)
    except PatchError as problem:
        raise InternalError(str(problem)) from None
    if not isinstance(after, dict):
        raise InternalError("the patch replaces the object by something else")
    if same_json(before, after):
        return None
    back = attributes.with_value(after) if resource is attributes.resource else _restored(attributes, after, resource)
    return decode(back.value or {})


def _restored(attributes: Attributes, value: Object, resource: Resource) -> Attributes:
    """Return the write with ``value``, which is in another version, brought back to its own."""
    changed = Attributes(
        operation=attributes.operation,
        resource=resource,
        user=attributes.user,
        namespace=attributes.namespace,
        name=attributes.name,
        options=attributes.options,
        value=value,
    )
    return attributes.with_value(changed.version_of(attributes.resource).value or {})


def _ask(cluster: Cluster, questions: Sequence[Question]) -> list[Outcome]:
    if not questions:
        return []
    if cluster.attempt is None:
        raise AssertionError("admission is asked outside of a request")
    return cluster.attempt.ask([(one.key, one.call) for one in questions])
