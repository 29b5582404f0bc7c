"""The story of one object: who made it, who read what on its account, who moved it where, and when."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import orjson

from harness.history.subject import look_up
from harness.history.writers import writer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from harness.history.history import History
    from harness.history.subject import Subject
    from harness.history.versions import Version
    from harness.simulation.tape import Message


@dataclass(frozen=True, slots=True, order=True)
class Line:
    """One line of a story; sorted by time, then by the order in which it was found."""

    at: datetime
    order: int
    actor: str
    text: str

    def told(self, start: datetime) -> str:
        """Write the line; ``start`` is that of the run."""
        return f"{since_start(self.at, start)}  {self.actor:<27} {self.text}"


def since_start(at: datetime, start: datetime) -> str:
    """Write a moment as the time since the start of the run: ``+00:41.203``, ``+1:00:41.203``."""
    milliseconds = (at - start) // timedelta(milliseconds=1)
    minutes, rest = divmod(milliseconds, 60_000)
    hours, minutes = divmod(minutes, 60)
    head = f"{hours}:{minutes:02}" if hours else f"{minutes:02}"
    return f"+{head}:{rest // 1000:02}.{rest % 1000:03}"


def timeline(subject: Subject, history: History, *, until: datetime | None = None) -> list[str]:
    """Tell what happened to an object, from its creation as far as ``until``."""
    own = _versions(subject, history, writers(history))
    if not own:
        return ["(it was never seen)"]
    lines = sorted([*own, *_reads(subject, history), *_marks(history)])
    return [line.told(history.start) for line in lines if own[0].at <= line.at and (until is None or line.at <= until)]


def chronicle(subjects: Sequence[Subject], history: History) -> list[str]:
    """Tell what happened to many objects, each named, and to actors: one story of all of them."""
    by_version = writers(history)
    lines = [
        Line(line.at, line.order, line.actor, f"{subject}: {line.text}")
        for subject in subjects
        for line in _versions(subject, history, by_version)
    ]
    return [line.told(history.start) for line in sorted([*lines, *_marks(history)])] if lines else []


def _versions(subject: Subject, history: History, by_version: Mapping[str, str]) -> list[Line]:
    lines: list[Line] = []
    before: str | None = None
    versions = history.versions(subject)
    for order, (earlier, version) in enumerate(zip([None, *versions], versions, strict=False)):
        phase = look_up(version.object, subject.phase_path) or ""
        by = writer_of(version, by_version, earlier)
        if version.gone:
            lines.append(Line(version.at, order, by, "deleted"))
        elif before is None:
            lines.append(Line(version.at, order, by, "created"))
        if not version.gone and phase and phase != (before or ""):
            reasons = [str(value) for path in subject.aliases.values() if (value := look_up(version.object, path))]
            why = f" ({', '.join(reasons)})" if reasons else ""
            lines.append(Line(version.at, order, by, f"{before or '∅'} → {phase}{why}"))
        before = None if version.gone else phase
    return lines


def writers(history: History) -> dict[str, str]:
    """Tell which actor's write made which version; the tape knows it exactly, managedFields only to the second.

    A deletion is known by the object's uid, as its reply need not show the version.
    """
    found: dict[str, str] = {}
    for message in history.tape.messages if history.tape else ():
        if message.moment.write and message.moment.stage == "after" and message.moment.status < 300:
            body = _loads(message.body)
            version = look_up(body, "metadata.resourceVersion")
            if version:
                found.setdefault(str(version), message.moment.actor)
            if message.moment.verb == "delete":
                found[str(look_up(body, "details.uid") or look_up(body, "metadata.uid"))] = message.moment.actor
    return found


def writer_of(version: Version, by_version: Mapping[str, str], before: Version | None) -> str:
    """Tell who made a version, given what `writers` found, and the version before."""
    keys = (
        (version.resource_version, version.object["metadata"].get("uid", ""))
        if version.gone
        else (version.resource_version,)
    )
    return next((by_version[key] for key in keys if key in by_version), writer(version, before))


def _reads(subject: Subject, history: History) -> list[Line]:
    """The lists that somebody took to decide about this object: same kind, and a selector with one of its values."""
    versions = history.versions(subject)
    if not versions or history.tape is None:
        return []
    text = orjson.dumps(versions[0].object).decode()
    lines = []
    for order, message in enumerate(history.tape.messages):
        moment = message.moment
        selector = moment.request.query.get("fieldSelector") or moment.request.query.get("labelSelector") or ""
        value = selector.partition("=")[2].lstrip("=")
        if moment.verb != "list" or moment.stage != "after" or moment.resource != subject.plural.plural or not value:
            continue
        if value not in text or moment.object not in {"", subject.namespace}:
            continue
        lines.append(Line(_instant(message.at, history), order, moment.actor, _say_read(subject, message, value)))
    return lines


def _say_read(subject: Subject, message: Message, value: str) -> str:
    items = look_up(_loads(message.body), "items") or []
    namespaces = sorted({item["metadata"].get("namespace", "") for item in items} - {subject.namespace})
    where = f"in {message.moment.object}" if message.moment.object else "in all namespaces"
    strangers = f"      ← of {', '.join(namespaces)}, too" if namespaces else ""
    shown = value if len(value) <= 12 else value[:6] + "…"
    return f"read {len(items)} {subject.plural.plural} of {shown} {where}{strangers}"


def _marks(history: History) -> list[Line]:
    """What happened to actors; told after what they wrote at the same instant, since a crash comes after a write."""
    marks = history.tape.marks if history.tape else ()
    return [Line(_instant(mark.at, history), sys.maxsize, mark.actor, mark.text) for mark in marks]


def _instant(seconds: float, history: History) -> datetime:
    """Turn seconds since the start of the run into a moment, in whole microseconds."""
    return history.start + timedelta(microseconds=round(seconds * 1e6))


def _loads(data: bytes) -> Any:
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError:
        return {}
