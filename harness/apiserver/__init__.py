"""An embedded Kubernetes API server: sans-I/O core, HTTP front.

The core (`ApiServer`) turns requests into replies and watches, and owns no task, thread, socket or clock. Where a client
can see a difference between it and kube-apiserver 1.36, kube-apiserver is right.
"""

from harness.apiserver.messages import Reply, Request
from harness.apiserver.server import ApiServer
from harness.apiserver.settings import ServerSettings, User
from harness.apiserver.subscription import Subscription

__all__ = ["ApiServer", "Reply", "Request", "ServerSettings", "Subscription", "User"]
