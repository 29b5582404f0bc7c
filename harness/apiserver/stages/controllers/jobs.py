"""Jobs: pods until enough of them ended well, or too many badly."""

from harness.apiserver.messages import Object
from harness.apiserver.stages.controllers.templates import condition, pod_of, with_condition
from harness.apiserver.stages.hands import Hands
from harness.apiserver.stages.pods import is_active, is_ready

_INDEX = "batch.kubernetes.io/job-completion-index"


def reconcile_job(hands: Hands, job: Object) -> None:
    """Start what is missing, end what is too much, and tell how it stands."""
    if _finished(job) or "deletionTimestamp" in job["metadata"]:
        return
    spec, pods = job["spec"], hands.resource("", "pods")
    found = hands.controlled(job, pods)
    failed = [pod for pod in found if _phase(pod) == "Failed"]
    done = _done(spec, found)
    active = [pod for pod in found if is_active(pod)]
    wanted = spec.get("completions")
    if len(failed) > spec["backoffLimit"]:
        _end(hands, job, active, "BackoffLimitExceeded")
        return
    if done >= (1 if wanted is None else wanted) and not (wanted is None and active):
        _tell(hands, job, active=[], done=done, failed=len(failed), ended="Complete")
        return
    room = 0 if spec["suspend"] else spec["parallelism"]
    if wanted is not None:
        room = min(room, wanted - done)
    elif done:
        room = min(room, len(active))  # without a number, one that ends well is the end of new ones
    for pod in active[room:] if room < len(active) else ():
        hands.delete(pods, pod)
    for _ in range(room - len(active)):
        hands.create(pods, _pod(hands, job))
    active = [pod for pod in hands.controlled(job, pods) if is_active(pod)]
    _tell(hands, job, active=active, done=done, failed=len(failed))


def _phase(pod: Object) -> str:
    phase: str = (pod.get("status") or {}).get("phase", "")
    return phase


def _finished(job: Object) -> bool:
    conditions = (job.get("status") or {}).get("conditions") or ()
    return any(one["type"] in {"Complete", "Failed"} and one["status"] == "True" for one in conditions)


def _index(pod: Object) -> str:
    index: str = (pod["metadata"].get("annotations") or {}).get(_INDEX, "")
    return index


def _done(spec: Object, pods: list[Object]) -> int:
    good = [pod for pod in pods if _phase(pod) == "Succeeded"]
    return len({_index(pod) for pod in good}) if spec.get("completionMode") == "Indexed" else len(good)


def _pod(hands: Hands, job: Object) -> Object:
    pod = pod_of(job)
    if job["spec"].get("completionMode") != "Indexed":
        return pod
    found = hands.controlled(job, hands.resource("", "pods"))
    taken = {_index(one) for one in found if is_active(one) or _phase(one) == "Succeeded"}
    index = next(str(number) for number in range(len(taken) + 1) if str(number) not in taken)
    metadata = pod["metadata"]
    notes = {**(metadata.get("annotations") or {}), _INDEX: index}
    labels = {**metadata["labels"], _INDEX: index}
    name = f"{job['metadata']['name']}-{index}"
    metadata = {**metadata, "annotations": notes, "labels": labels, "generateName": f"{name}-"}
    return {**pod, "metadata": metadata, "spec": {**pod["spec"], "hostname": name}}


def _end(hands: Hands, job: Object, active: list[Object], reason: str) -> None:
    for pod in active:
        hands.delete(hands.resource("", "pods"), pod)
    found = hands.controlled(job, hands.resource("", "pods"))
    failed = sum(_phase(pod) == "Failed" for pod in found)
    _tell(hands, job, active=[], done=_done(job["spec"], found), failed=failed, ended="Failed", reason=reason)


def _tell(
    hands: Hands, job: Object, *, active: list[Object], done: int, failed: int, ended: str = "", reason: str = ""
) -> None:
    before, now = job["status"], hands.cluster.now()
    status = {name: item for name, item in before.items() if name not in {"active", "succeeded", "failed"}}
    counts = {"active": len(active), "succeeded": done, "failed": failed}
    status |= {name: count for name, count in counts.items() if count}
    status["ready"], status["terminating"] = sum(map(is_ready, active)), 0
    if not job["spec"]["suspend"] or ended:
        status.setdefault("startTime", now)
    if job["spec"]["completionMode"] == "Indexed" and done:
        good = hands.controlled(job, hands.resource("", "pods"))
        numbers = sorted({int(_index(pod)) for pod in good if _phase(pod) == "Succeeded" and _index(pod)})
        status["completedIndexes"] = _ranges(numbers)
    if ended:
        first = "SuccessCriteriaMet" if ended == "Complete" else "FailureTarget"
        reason = reason or "CompletionsReached"
        text = "Reached expected number of succeeded pods"
        if ended == "Failed":
            text = "Job has reached the specified backoff limit"
        told = [
            condition(before, kind, "True", reason=reason, message=text, now=now, updates=False)
            | {"lastProbeTime": now}
            for kind in (first, ended)
        ]
        status["conditions"] = with_condition(before, *told)
        if ended == "Complete":
            status["completionTime"] = now
    hands.write_status(hands.resource("batch", "jobs"), job, status)


def _ranges(numbers: list[int]) -> str:
    """Return numbers as a job's status has them: ``0-2,5``."""
    spans: list[list[int]] = []
    for number in numbers:
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    return ",".join(str(low) if low == high else f"{low}-{high}" for low, high in spans)
