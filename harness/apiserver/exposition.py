"""How metrics are exposed: in the text format of Prometheus, with the moment at which the server has started."""

from datetime import datetime
from typing import Final

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric

from harness.apiserver.codec.coding import packed, takes_gzip
from harness.apiserver.messages import UNCACHED, Reply, Request

_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8; escaping=underscores"


def exposed(request: Request, registry: CollectorRegistry, since: datetime) -> Reply:
    """Return the reply with everything in ``registry``; ``since`` is when the server has started."""
    body = generate_latest(registry)
    headers = {
        "content-type": _TYPE,
        "cache-control": UNCACHED,
        "process-start-time-unix": str(int(since.timestamp())),
    }
    if takes_gzip(request.headers):
        return Reply(200, {**headers, "content-encoding": "gzip"}, packed(body))
    return Reply(200, headers, body)


def started(since: datetime) -> Metric:
    """Return the metric that tells when the server has started, from which rates are reckoned."""
    found = GaugeMetricFamily(
        "process_start_time_seconds", "[ALPHA] Start time of the process since unix epoch in seconds.", labels=()
    )
    found.add_metric((), since.timestamp())
    return found
