"""What can go wrong with a simulated run itself, as opposed to what it rehearses."""


class SimulationError(Exception):
    """Base of all errors of this package."""


class StuckRunError(SimulationError):
    """The run cannot go on; the message names every task and the line where it stands."""


class DeadlockError(StuckRunError):
    """Nothing is ready and no timer is set: whatever is awaited will never come."""


class LivelockError(StuckRunError):
    """The loop turned again and again without the clock moving on."""


class VirtualDeadlineError(StuckRunError):
    """The run passed its virtual deadline; something that was awaited did not happen in all that time."""


class UnknownHostError(SimulationError, OSError):
    """A client asked for a host that is not part of the simulation. An OSError, so that clients treat it as a network failure."""


class TroubleError(SimulationError):
    """A trouble cannot do what it says, or failed itself. It ends the run: the test is wrong, not what it rehearses."""


class BlockingWaitError(SimulationError):
    """Code would block the only thread on something that only another task could bring about."""
