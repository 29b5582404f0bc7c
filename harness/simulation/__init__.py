"""Virtual time, a network in memory, actors and trouble: a testing kit for asyncio programs, and the stage machinery of the harness.

Start with `VirtualLoop` (or `run`) for the clock alone, with `Simulation` for all of it together. docs/testing-kit.md has examples.

==================  ==================================================================================
`clock`, `clocks`   the loop that owns its clock, and the process's clocks that follow it
`streams`           one seed, many independent streams of random numbers
`network`           hosts by name; `transport`, `stream`, `http1`: connections under unmodified clients
`backends`          what stands behind a host: an API server core, an ASGI application
`trouble`           the one seam: delay, hold, crash, answer; `faults`, `latency`: ready-made troubles
`actors`            the processes of a run, and what a crash is; `kopf_process`: Kopf operators as actors
`quiescence`        when nothing more will happen by itself
`tape`              everything that was seen, in order
`determinism`       what makes two equal runs equal
`world`             a run, put together
==================  ==================================================================================
"""

from harness.simulation.actors import Actor, acting_as, current_actor
from harness.simulation.backends import ApiServerBackend, AsgiBackend
from harness.simulation.clock import VirtualLoop, run
from harness.simulation.clocks import EPOCH, instant
from harness.simulation.errors import (
    DeadlockError,
    LivelockError,
    SimulationError,
    StuckRunError,
    VirtualDeadlineError,
)
from harness.simulation.faults import ConflictFirst, CrashAfterWrite, HoldMessage
from harness.simulation.kopf_process import KopfProcess, Life, Loaded
from harness.simulation.network import Network
from harness.simulation.quiescence import Quiescence, WorkSource
from harness.simulation.streams import Streams
from harness.simulation.tape import Tape
from harness.simulation.trouble import Answer, Crash, Delay, Gate, Hold, Moment, Stage, Trouble, Verdict
from harness.simulation.world import Simulation

__all__ = [
    "EPOCH",
    "Actor",
    "Answer",
    "ApiServerBackend",
    "AsgiBackend",
    "ConflictFirst",
    "Crash",
    "CrashAfterWrite",
    "DeadlockError",
    "Delay",
    "Gate",
    "Hold",
    "HoldMessage",
    "KopfProcess",
    "Life",
    "LivelockError",
    "Loaded",
    "Moment",
    "Network",
    "Quiescence",
    "Simulation",
    "SimulationError",
    "Stage",
    "Streams",
    "StuckRunError",
    "Tape",
    "Trouble",
    "Verdict",
    "VirtualDeadlineError",
    "VirtualLoop",
    "WorkSource",
    "acting_as",
    "current_actor",
    "instant",
    "run",
]
