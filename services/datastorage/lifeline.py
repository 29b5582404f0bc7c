"""A child process that ends when its parent does, even when the parent is killed and can clean up nothing.

Linux sends a signal of the child's choice when the thread that started it ends (``PR_SET_PDEATHSIG``, prctl(2)). The kernel forgets the
choice when the child changes its user, so it has to be made after that and before ``exec``: in ``preexec_fn``, which ``subprocess`` calls
last. What runs there is loaded beforehand and takes no lock. Elsewhere than on Linux there is no such promise, and a killed parent leaves its child.
"""

import ctypes
import os
import signal
import sys
import threading
from collections.abc import Callable

from services.datastorage.errors import EmbeddedPostgresError

_PR_SET_PDEATHSIG = 1


def dies_with_parent(with_signal: signal.Signals) -> Callable[[], None] | None:
    """Return what ``Popen(preexec_fn=…)`` has to run in the child; ``None`` where the system knows no such thing.

    :raises EmbeddedPostgresError: not in the main thread. The promise is tied to the *thread* that starts the child: from a worker thread
        the child would be stopped whenever the pool lets that thread go.
    """
    if threading.current_thread() is not threading.main_thread():
        raise EmbeddedPostgresError(
            "PostgreSQL has to be started in the main thread: it would stop when the thread that started it ends"
        )
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    parent, number = os.getpid(), int(with_signal)

    def bind_to_parent() -> None:
        prctl(_PR_SET_PDEATHSIG, number, 0, 0, 0)
        if os.getppid() != parent:  # it died in between: no signal will come
            os._exit(1)

    return bind_to_parent
