"""Calls that the server must make before it can answer, without making them: the core does no I/O.

A request that meets a webhook is *attempted*: the attempt runs until it needs an answer that it does not have, and is dropped
there; nothing has been written, since admission comes before the store. `ApiServer.handle` then returns an `Outcall`. The front
makes the calls and hands what came to ``resume``, which attempts the request again, on the state of that moment, with all answers
that were given so far. An answer belongs to exactly what was asked: when the object has changed meanwhile, so has the question,
and the webhook is asked once more, as kube-apiserver does when its guarded update has to start again.

What an attempt draws (uids, suffixes, the second it is) it draws once: each repetition sees the same.

What the server does by itself and must ask for (an event in a version that a webhook makes) is an *errand*: an attempt that nobody
waits for.
"""

import random
from base64 import b64decode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import urlencode, urlsplit, urlunsplit

if TYPE_CHECKING:
    from harness.apiserver.messages import Reply
    from harness.apiserver.subscription import Subscription

MOST_ATTEMPTS: Final = 200
"""After so many an attempt does not come to an end: each webhook's answer changes what the next one is asked."""


@dataclass(frozen=True, slots=True)
class Call:
    """One POST of a JSON body to a webhook.

    :ivar url: where to; with ``timeout`` in its query, as the real server tells the backend.
    :ivar trust: PEM of the authorities to trust; empty means those of the system.
    :ivar server_name: the name that the certificate must be for, where it is not the URL's host.
    :ivar service: namespace/name of the Service that is meant, or "" for a plain URL.
    """

    url: str
    body: bytes
    trust: bytes
    timeout: timedelta
    server_name: str = ""
    service: str = ""


def call_to(client: Mapping[str, Any], body: bytes, *, timeout: timedelta) -> Call:
    """Return the call that carries ``body`` to a ``clientConfig``, with all defaults filled in."""
    service = client.get("service") or {}
    server_name, meant = "", ""
    if service:
        port, path = service.get("port") or 443, service.get("path") or "/"
        server_name = f"{service['name']}.{service['namespace']}.svc"
        url, meant = f"https://{server_name}:{port}{path}", f"{service['namespace']}/{service['name']}"
    else:
        url = client.get("url") or ""
    scheme, place, path, _, _ = urlsplit(url)
    query = urlencode({"timeout": f"{int(timeout.total_seconds())}s"})
    return Call(
        url=urlunsplit((scheme, place, path, query, "")),
        body=body,
        trust=b64decode(client.get("caBundle") or ""),
        timeout=timeout,
        server_name=server_name,
        service=meant,
    )


@dataclass(frozen=True, slots=True)
class Answered:
    """The backend answered with this status and body; ``media`` is the body's type."""

    status: int
    body: bytes
    media: str = ""


@dataclass(frozen=True, slots=True)
class Unanswered:
    """No answer came. ``why`` is how Go's client would say it: ``dial tcp …: connect: connection refused``."""

    why: str


Outcome = Answered | Unanswered


@dataclass(frozen=True, slots=True)
class Outcall:
    """Calls to be made, at the same time, after a ``pause``; ``resume`` takes their outcomes in the same order."""

    calls: tuple[Call, ...]
    resume: "Callable[[Sequence[Outcome]], Reply | Subscription | Outcall]"
    pause: timedelta = timedelta()


class Wanted(Exception):  # noqa: N818  it is no error but the way out of an attempt
    """An attempt cannot go on without the answers to these questions; see `Attempt.ask`."""

    def __init__(self, questions: Sequence[tuple[object, Call]]) -> None:
        super().__init__(f"{len(questions)} calls to be made")
        self.questions = tuple(questions)


class Asking(NamedTuple):
    """One question to an admission webhook, as it is counted.

    :ivar kind: ``admit`` for a webhook that may change the object, else ``validating``.
    :ivar code: that of the answer, or the one that a failure is counted under.
    :ivar error: why the write was refused, ``no_error`` for the webhook's own refusal; "" where it was not.
    :ivar failed_open: whether a failure was ignored.
    """

    name: str
    kind: str
    operation: str
    code: int
    error: str = ""
    failed_open: bool = False


@dataclass(slots=True)
class Attempt:
    """What one request has drawn and learnt over its repetitions."""

    seed: int
    moment: datetime
    answers: dict[object, Outcome] = field(default_factory=dict)
    count: int = 0
    stream: random.Random = field(init=False)
    reviews: dict[object, str] = field(default_factory=dict)
    askings: dict[object, Asking] = field(default_factory=dict)
    took: dict[object, timedelta] = field(default_factory=dict)
    _uids: list[str] = field(default_factory=list)
    _drawn: int = 0

    def begin(self) -> None:
        """Start over: the same draws come again."""
        self.count += 1
        self.stream = random.Random(self.seed)
        self._drawn = 0

    def uid(self, draw: Callable[[], str]) -> str:
        """Return the next uid, new ones from ``draw``."""
        if self._drawn == len(self._uids):
            self._uids.append(draw())
        self._drawn += 1
        return self._uids[self._drawn - 1]

    def learn(self, wanted: "Wanted", outcomes: Sequence[Outcome], *, after: timedelta) -> None:
        """Take the answers to what was wanted, which came ``after`` so long."""
        for (key, _), outcome in zip(wanted.questions, outcomes, strict=True):
            self.answers[key], self.took[key] = outcome, after

    def note(self, key: object, asking: Asking) -> None:
        """Note what came of a question; a repetition of the attempt notes the same."""
        self.askings[key] = asking

    def asked(self) -> list[tuple[Asking, timedelta]]:
        """Return every question that was noted, and how long its answer took."""
        return [(one, self.took.get(key, timedelta())) for key, one in self.askings.items()]

    def ask(self, questions: Sequence[tuple[object, Call]]) -> list[Outcome]:
        """Return the answers to all ``questions``, each known by its first half.

        :raises Wanted: some are not known yet.
        """
        unknown = [(key, call) for key, call in questions if key not in self.answers]
        if unknown:
            raise Wanted(unknown)
        return [self.answers[key] for key, _ in questions]
