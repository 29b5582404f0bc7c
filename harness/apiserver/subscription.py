"""The client's end of a watch: a stream of lines that a front attaches itself to."""

from collections.abc import Callable, Mapping

from harness.apiserver.messages import JSON_HEADERS


class Subscription:
    """One watch: ``status`` and ``headers`` as a reply would have; the lines go to the sink that is attached.

    What happens before `attach` is kept and delivered in it. ``on_end`` is called once when the server ends the watch; a
    front that loses its client calls `close`. ``translate``, if there is one, makes of a line what the client asked for;
    where it makes nothing, nothing is delivered. ``sent`` counts the lines.
    """

    def __init__(self) -> None:
        self.status = 200
        self.headers: Mapping[str, str] = JSON_HEADERS
        self.translate: Callable[[bytes], bytes] | None = None
        self.sent = 0
        self._backlog: list[bytes] = []
        self._sink: Callable[[bytes], None] | None = None
        self._on_end: Callable[[], None] | None = None
        self._ended = False
        self._release: list[Callable[[], None]] = []

    def attach(self, sink: Callable[[bytes], None], on_end: Callable[[], None]) -> None:
        """Deliver what there is, and from now on every line as it comes, to ``sink``."""
        self._sink, self._on_end = sink, on_end
        backlog, self._backlog = self._backlog, []
        ended = self._ended
        for line in backlog:
            self._deliver(sink, line)
        if ended:
            on_end()

    def close(self) -> None:
        """Stop: no line is delivered any more, and nothing of the server refers to this watch."""
        self._sink = self._on_end = None
        self._ended = True
        self._backlog.clear()
        self._let_go()

    def push(self, line: bytes) -> None:
        """Deliver one line (the server's side)."""
        if self._sink is not None:
            self._deliver(self._sink, line)
        elif not self._ended:
            self._backlog.append(line)

    def _deliver(self, sink: Callable[[bytes], None], line: bytes) -> None:
        self.sent += 1
        if self.translate is None:
            sink(line)
        elif not self._ended and (translated := self.translate(line)):
            sink(translated)

    def end(self) -> None:
        """End the watch (the server's side)."""
        if self._ended:
            return
        self._ended = True
        self._let_go()
        if self._on_end is not None:
            self._on_end()

    def when_released(self, action: Callable[[], None]) -> None:
        """Call ``action`` when the watch is over, for whatever reason; at once when it is."""
        if self._ended:
            action()
        else:
            self._release.append(action)

    def _let_go(self) -> None:
        actions, self._release = self._release, []
        for action in actions:
            action()
