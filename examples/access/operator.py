"""An operator as anybody might write it: access to a system, granted for some minutes and taken back on time.

It knows nothing of the harness. Run it for real with `kopf run examples/access/operator.py`, rehearse it with

    harness run examples/access --operator examples/access/operator.py --crds examples/access/crds
"""

from datetime import UTC, datetime, timedelta

import kopf


@kopf.on.create("example.org", "v1", "accessgrants")
async def grant(spec, patch, **_):
    """Let the user in, and write down until when."""
    expires = datetime.now(UTC) + timedelta(minutes=spec["minutes"])
    patch.status["phase"] = "Active"
    patch.status["expiresAt"] = expires.isoformat()


@kopf.on.create("example.org", "v1", "accessgrants")
async def expire(status, patch, **_):
    """Take the access back when its time is over; Kopf calls again after the delay, also after a restart."""
    if "expiresAt" not in status:
        raise kopf.TemporaryError("not granted yet", delay=1)
    left = (datetime.fromisoformat(status["expiresAt"]) - datetime.now(UTC)).total_seconds()
    if left > 0:
        raise kopf.TemporaryError("still valid", delay=left)
    patch.status["phase"] = "Expired"
