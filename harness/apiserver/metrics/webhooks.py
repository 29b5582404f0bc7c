"""What admission webhooks were asked, what came of it and how long it took, by the server's clock."""

from collections import Counter
from collections.abc import Iterator
from typing import Final

from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily, Metric

from harness.apiserver.metrics.tallies import WEBHOOK_SECONDS, Tally
from harness.apiserver.outcalls import Asking

_HIGHEST_CODE: Final = 600
_START: Final = "apiserver_admission_webhook"


class WebhookCounts:
    """The counters of admission webhooks."""

    def __init__(self) -> None:
        self._requests: Counter[tuple[str, ...]] = Counter()
        self._refusals: Counter[tuple[str, ...]] = Counter()
        self._open: Counter[tuple[str, ...]] = Counter()
        self._seconds: dict[tuple[str, ...], Tally] = {}

    def count(self, one: Asking, *, seconds: float) -> None:
        """Count a question, and how long its answer took."""
        code = str(min(one.code, _HIGHEST_CODE))
        place, rejected = (one.name, one.kind, one.operation), str(bool(one.error)).lower()
        self._requests[*place, code, rejected] += 1
        self._seconds.setdefault((*place, rejected), Tally(WEBHOOK_SECONDS)).add(seconds)
        if one.error:
            self._refusals[*place, one.error, code] += 1
        if one.failed_open:
            self._open[one.name, one.kind] += 1

    def collect(self) -> Iterator[Metric]:
        """Yield the metrics of webhooks that have been asked."""
        place = ("name", "type", "operation")
        for name, text, labels, counts in (
            ("request", "[ALPHA] Questions to admission webhooks.", (*place, "code", "rejected"), self._requests),
            ("fail_open", "[ALPHA] Failures of webhooks that were ignored.", ("name", "type"), self._open),
            ("rejection", "[ALPHA] Refusals by webhooks.", (*place, "error_type", "rejection_code"), self._refusals),
        ):
            total = CounterMetricFamily(f"{_START}_{name}", text, labels=labels)
            for values, count in counts.items():
                if name == "request":
                    total.add_metric(values, count)
                else:  # older names, without the suffix of a counter
                    total.add_sample(f"{_START}_{name}_count", dict(zip(labels, values, strict=True)), count)
            yield total
        took = HistogramMetricFamily(
            f"{_START}_admission_duration_seconds",
            "[STABLE] How long admission webhooks took to answer.",
            labels=(*place, "rejected"),
        )
        for values, tally in self._seconds.items():
            took.add_metric(values, tally.buckets(), tally.total)
        yield took
