"""An embedded Kubernetes API server: sans-I/O core, HTTP front.

The core (`ApiServer`) turns requests into replies and watches, and owns no task, thread, socket or clock. Where a client
can see a difference between it and kube-apiserver 1.36, kube-apiserver is right.

How a request goes: ``dispatch`` finds out who asks and whether he may (``access``), and routes (``routes``) to a `Resource` of
the table (``resources``: built-in kinds from data files, custom ones from their definitions) and a verb (``verbs``). A writing
verb reads the body (``bodies``, ``codec``, ``patches``), lets the schema prune and default it (``schema``, rules by ``cel``),
applies the server's rules on metadata (``metadata``), ownership of fields (``managed``, along ``typed``) and those of single
kinds (``kinds``), passes ``admission``, validates, and commits to the ``store``, which hands the change to every watch
(``watch``) and to the ``collectors`` before it returns. Where a webhook has to be asked first, the request ends in an `Outcall`
that the front makes (``outcalls``). Answers take the form that the client accepts on their way out (``presentation``,
``printers``, ``codec``). What is to be done later is on the ``agenda``; a front calls ``step`` when ``next_deadline`` passes.

Without tokens in the settings everybody is an administrator. What is known to differ from a real server stands in docs/limitations.md.
"""

from harness.apiserver.messages import Reply, Request, User
from harness.apiserver.outcalls import Answered, Call, Outcall, Unanswered
from harness.apiserver.server import ApiServer
from harness.apiserver.settings import ServerSettings
from harness.apiserver.subscription import Subscription

__all__ = [
    "Answered",
    "ApiServer",
    "Call",
    "Outcall",
    "Reply",
    "Request",
    "ServerSettings",
    "Subscription",
    "Unanswered",
    "User",
]
