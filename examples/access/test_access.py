"""The rehearsal of the access operator: what its author promises, in virtual time."""

from datetime import datetime, timedelta

from harness.scenario import scenario

WHOLE_MINUTES = "access is granted for whole minutes"


def grant(user, *, minutes):
    """Return an AccessGrant as a user would apply it."""
    return {
        "apiVersion": "example.org/v1",
        "kind": "AccessGrant",
        "metadata": {"name": f"for-{user}"},
        "spec": {"user": user, "minutes": minutes},
    }


@scenario(virtual_time=WHOLE_MINUTES)
async def test_access_ends_when_its_time_is_over(cluster, tenant, history):
    """Access granted for an hour is active at once, and expired an hour later."""
    granted = await cluster.create(grant("ada", minutes=60), namespace=tenant)

    active = await history.of(granted).reaches("Active")
    expired = await history.of(granted).reaches("Expired")

    promised = datetime.fromisoformat(active.object["status"]["expiresAt"])
    assert promised <= expired.at < promised + timedelta(seconds=10)


@scenario(virtual_time=WHOLE_MINUTES)
async def test_access_ends_on_time_although_the_operator_crashed(cluster, tenant, history, operators, clock):
    """The operator dies while access is granted; its successor takes the access back all the same."""
    (operator,) = operators.values()
    granted = await cluster.create(grant("ada", minutes=60), namespace=tenant)
    await history.of(granted).reaches("Active")

    await clock.passes(timedelta(minutes=10))
    await operator.kill()

    await history.of(granted).reaches("Expired")
    await history.of(granted).exactly(1, "Active")
