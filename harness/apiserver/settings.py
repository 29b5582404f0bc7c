"""What may be set on an embedded API server. Every span is a `timedelta`, every default has a reason."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from harness.apiserver.messages import User
from harness.apiserver.stages.stage import Stages


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """Behaviour that a real server takes from flags, or has from etcd and the controller manager."""

    bookmark_interval: timedelta | None = timedelta(seconds=60)
    """How often an idle watch that allows bookmarks gets one. The real server needs about a minute, and Kopf
    reconnects after 70 s without any event. None: no periodic ones (those before a time-out stay)."""

    bookmark_lead: timedelta = timedelta(seconds=2)
    """How long before its ``timeoutSeconds`` a watch gets its last bookmark."""

    event_log_size: int = 5000
    """Changes kept per resource for watches to resume from; a resume from before them is answered 410 in the stream.
    At 2 KB an object that is 10 MB. Lists of the past reach no further either."""

    compaction_interval: timedelta | None = timedelta(minutes=5)
    """How often old versions go, kube-apiserver's ``--etcd-compaction-interval``: a list of a version can be read, and
    continued, for one to two of these intervals. None: as far back as changes are kept."""

    event_ttl: timedelta | None = timedelta(hours=1)
    """How long an event lives after it was last written, kube-apiserver's ``--event-ttl``. None: for ever."""

    version_patience: timedelta = timedelta(seconds=3)
    """How long a read of a version from the future waits for it; as long as kube-apiserver gives its caches to catch up."""

    gc_delay: timedelta = timedelta(seconds=2)
    """From a change of owners to the garbage collection it causes; the real collector takes 1-3 s."""

    namespace_delay: timedelta = timedelta(seconds=5)
    """From the deletion of a namespace to its disappearance when nothing in it resists; the real one took 5.4 s."""

    namespace_retry: timedelta = timedelta(seconds=5)
    """How often a namespace whose content has finalizers is looked at again."""

    service_range: str = "10.96.0.0/24"
    """Where the cluster addresses of services come from, ``--service-cluster-ip-range`` of a real server. 254 of them are
    more than a scenario needs; the envtest cluster has the same range."""

    max_body_bytes: int = 3 * 1024 * 1024
    """Largest request body, as in kube-apiserver."""

    max_depth: int = 10_000
    """Deepest nesting of a body, the limit of the JSON decoder that Kubernetes uses."""

    tokens: Mapping[str, User] = field(default_factory=dict)
    """Bearer tokens. Empty, and without ``authorization``: everybody is let in, as an administrator."""

    authorization: str = ""
    """Who may do what: "RBAC" asks the stored roles, "AlwaysAllow" lets everybody with a token do everything. "": RBAC
    where there are tokens, as kube-apiserver is usually run."""

    service_account_key: str = ""
    """The private key (PEM; RSA or P-256) that signs the tokens of service accounts. "": one that follows from ``seed``;
    a server that strangers reach must be given one."""

    service_account_issuer: str = "https://kubernetes.default.svc"
    """Who issues those tokens, and their audience; the usual value of kube-apiserver's flag."""

    default_accounts: bool = False
    """Whether each namespace gets the service account ``default`` and the config map ``kube-root-ca.crt``, as the
    controller manager sees to. No scenario looks at them, and each costs two objects a namespace."""

    root_ca: str = ""
    """The certificates (PEM) in that config map."""

    admit_service_accounts: bool = False
    """Whether a pod must have a service account that exists, and mounts its token: admission by ServiceAccount, which
    needs the accounts above, and which the control plane that the embedded server is compared with has switched off."""

    aggregate_roles: bool = True
    """Whether cluster roles with an aggregation rule gather the rules of others, as the controller manager sees to."""

    count_quotas: bool = True
    """Whether the status of quotas is filled in, as the controller manager sees to: without one a quota bounds nothing."""

    quota_resync: timedelta = timedelta(minutes=5)
    """How often quotas are counted again without an event that says so, ``--resource-quota-sync-period``; only where that
    would find something: after a change that the controller does not look at."""

    check_policies: bool = True
    """Whether the expressions of ValidatingAdmissionPolicies are checked against the kinds that they are about, as the
    controller manager sees to; what is wrong is told in their status."""

    stages: Stages | None = None
    """What moves workloads, see `harness.apiserver.stages`. None: nothing does, as on an API server alone."""

    seed: int = 0
    """Seed of the stream that ``generateName`` draws its suffixes from, unless a stream is given to the server."""

    git_version: str = "v1.36.3"
    """What ``/version`` says: the release whose behaviour is imitated."""
