"""A testing kit for asyncio programs that talk HTTP, and for Kopf operators above all: a clock and a network of their own.

It is public, and of use without the rest of this project; ``docs/testing-kit.md`` teaches it by examples.
"""

from harness.simulation.actors import SCENARIO, Actor, acting_as, current_actor
from harness.simulation.backends import ApiServerBackend, AsgiBackend
from harness.simulation.clock import VirtualLoop, run
from harness.simulation.clocks import EPOCH, instant
from harness.simulation.errors import (
    BlockingWaitError,
    DeadlockError,
    LivelockError,
    SimulationError,
    StuckRunError,
    TroubleError,
    UnknownHostError,
    VirtualDeadlineError,
)
from harness.simulation.faults import ConflictFirst, CrashAfterWrite, HoldMessage, writes_phase
from harness.simulation.kopf_process import KopfProcess, Life, Loaded
from harness.simulation.latency import Latency
from harness.simulation.network import Backend, Network, Observer
from harness.simulation.quiescence import Quiescence, WorkSource
from harness.simulation.streams import Streams
from harness.simulation.tape import Tape
from harness.simulation.trouble import Answer, Break, Crash, Delay, Gate, Hold, Moment, Stage, Trouble, Verdict
from harness.simulation.world import Simulation

__all__ = [
    "EPOCH",
    "SCENARIO",
    "Actor",
    "Answer",
    "ApiServerBackend",
    "AsgiBackend",
    "Backend",
    "BlockingWaitError",
    "Break",
    "ConflictFirst",
    "Crash",
    "CrashAfterWrite",
    "DeadlockError",
    "Delay",
    "Gate",
    "Hold",
    "HoldMessage",
    "KopfProcess",
    "Latency",
    "Life",
    "LivelockError",
    "Loaded",
    "Moment",
    "Network",
    "Observer",
    "Quiescence",
    "Simulation",
    "SimulationError",
    "Stage",
    "Streams",
    "StuckRunError",
    "Tape",
    "Trouble",
    "TroubleError",
    "UnknownHostError",
    "Verdict",
    "VirtualDeadlineError",
    "VirtualLoop",
    "WorkSource",
    "acting_as",
    "current_actor",
    "instant",
    "run",
    "writes_phase",
]
