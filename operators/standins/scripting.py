"""What the scripts say: read from the request that owns the child, at each reconcile afresh.

Nothing is remembered between reconciles, so a stand-in that was killed goes on where its object stands, and how many
requests failed before (``fail:<n>``) is counted on the API server.
"""

from dataclasses import dataclass
from datetime import timedelta

from operators.api.kinds import REMEDIATION_REQUEST
from operators.api.phases import RemediationPhase
from operators.api.resource import Resource, annotations_of, controller_of, key_of, phase_of, status_of, uid_of
from operators.api.scripts import DEFAULT_SCRIPT, Script, ScriptError
from operators.runtime.errors import Gone, NotFound
from operators.runtime.kube import Kube
from operators.standins.part import Part


@dataclass(frozen=True, slots=True)
class Cue:
    """What to play.

    :ivar fails: whether this one fails.
    :ivar problem: why, when it does: the scripted reason, or what is wrong with the script.
    """

    script: Script
    fails: bool = False
    problem: str = ""


_AT_ONCE = Script(after=timedelta(0))


async def cue_for(kube: Kube, part: Part, child: Resource) -> Cue:
    """The cue of a child: from its owner's annotation, else the default script for one that nobody owns.

    A script that cannot be read fails the child at once, with the text that names annotation, value and grammar.

    :raises Gone: the owner does not exist any more, and the child goes with it.
    """
    owner = await _owner(kube, child)
    if owner is None:
        return Cue(DEFAULT_SCRIPT)
    try:
        script = Script.of(annotations_of(owner), part.annotation)
    except ScriptError as error:
        return Cue(_AT_ONCE, fails=True, problem=str(error))
    earlier = await _earlier_failures(kube, part, owner) if script.first is not None else 0
    fails = script.fails(earlier)
    return Cue(script, fails=fails, problem=f"scripted to fail: {script.reason or 'no reason'}" if fails else "")


async def _owner(kube: Kube, child: Resource) -> Resource | None:
    reference = controller_of(child, REMEDIATION_REQUEST)
    if reference is None:
        return None
    key = key_of(child)
    try:
        owner = await kube.get(REMEDIATION_REQUEST, key.namespace, reference["name"])
    except NotFound as error:
        raise Gone(f"RemediationRequest {key.namespace}/{reference['name']} does not exist any more") from error
    if uid_of(owner) != reference["uid"]:
        raise Gone(f"RemediationRequest {key_of(owner)} is another one than the owner of {key.name}")
    return owner


async def _earlier_failures(kube: Kube, part: Part, owner: Resource) -> int:
    """How many other requests of the same namespace and fingerprint failed in this child; inherited failures are none."""
    fingerprint = owner["spec"]["signalFingerprint"]
    requests = await kube.list(
        REMEDIATION_REQUEST, key_of(owner).namespace, field_selector=f"spec.signalFingerprint={fingerprint}"
    )
    return sum(
        phase_of(request, REMEDIATION_REQUEST) == RemediationPhase.FAILED
        and status_of(request).get("failurePhase") == part.failure_phase
        for request in requests
        if uid_of(request) != uid_of(owner)
    )
