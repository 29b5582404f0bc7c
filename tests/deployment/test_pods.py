"""What is told of a pod: from what a kubelet writes into its status."""

import pytest

from harness.deployment.pods import Pod


def pod(*, ready=False, restarts=0, state=None, last=None, scheduled=None, **metadata):
    conditions = [{"type": "Ready", "status": str(ready)}]
    if scheduled:
        conditions.append({"type": "PodScheduled", "status": "False", **scheduled})
    container = {"restartCount": restarts, "state": state or {}, "lastState": {"terminated": last} if last else {}}
    status = {"conditions": conditions, "containerStatuses": [container] if state else []}
    return Pod.of(
        {"metadata": {"name": "ro-1", "labels": {"app.kubernetes.io/name": "ro"}, **metadata}, "status": status}
    )


KILLED = {"reason": "Error", "exitCode": 137}


@pytest.mark.parametrize(
    ("found", "state"),
    [
        (pod(ready=True, state={"running": {}}), "ready"),
        (pod(state={"running": {}}), "not ready"),
        (
            pod(ready=True, restarts=1, state={"running": {}}, last=KILLED),
            "ready, restarted once (Error, exit status 137)",
        ),
        (
            pod(restarts=3, state={"waiting": {"reason": "CrashLoopBackOff", "message": "back-off 20s"}}, last=KILLED),
            "CrashLoopBackOff: back-off 20s, restarted 3 times (Error, exit status 137)",
        ),
        (pod(state={"waiting": {"reason": "ErrImageNeverPull"}}), "ErrImageNeverPull"),
        (pod(scheduled={"reason": "Unschedulable", "message": "0/1 nodes"}), "Unschedulable: 0/1 nodes"),
    ],
    ids=["ready", "starting", "killed", "crash loop", "no image", "no room"],
)
def test_the_state_of_a_pod_says_what_a_person_would_look_for(found, state):
    """Why it is not ready, and how its container ended the last time."""
    assert state == found.state


def test_one_that_goes_may_be_ready_yet():
    """It is still at work while it stops: a stage that counts it has one operator too many."""
    found = pod(ready=True, state={"running": {}}, deletionTimestamp="2026-01-24T15:00:00Z")

    assert (True, True) == (found.ready, found.going)
