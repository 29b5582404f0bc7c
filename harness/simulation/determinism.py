"""Four small patches that make Kopf's order of things the same in every process.

Kopf keeps resources, selectors, keys and coroutines in sets. The hash of a string differs with PYTHONHASHSEED, that of an
object without ``__hash__`` with its address; so the order in which watches start, or in which the items of a diff reach a
handler, differs from process to process. Each patch was found by ablation (left out, the tapes of equal runs differ):

- ``references.Resource`` and ``references.Selector`` hash by their text;
- ``scanning.as_completed`` runs discovery in the order of URLs;
- ``diffs.frozenset`` keeps the order of keys.

And one guard: a synchronous daemon waits in ``threading.Event.wait``, which would block the only thread for ever; it is
refused with a clear error. They touch order only, never behaviour, and are taken back after the run.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import functools
import types
import zlib
from typing import TYPE_CHECKING, Any

from kopf._cogs.aiokits import aioenums
from kopf._cogs.clients import scanning
from kopf._cogs.structs import diffs, references

from harness.simulation.errors import BlockingWaitError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


@contextlib.contextmanager
def ordered_kopf() -> Iterator[None]:
    """Put the patches in force for the length of the body."""
    saved = (references.Resource.__hash__, references.Selector.__hash__, aioenums.SyncFlagWaiter.wait)
    references.Resource.__hash__ = _hash_resource  # type: ignore[method-assign]
    references.Selector.__hash__ = _hash_selector  # type: ignore[method-assign, assignment]
    aioenums.SyncFlagWaiter.wait = _refuse_to_block  # type: ignore[method-assign]
    scanning.asyncio = _OrderedAsyncio("asyncio")  # type: ignore[attr-defined]
    diffs.frozenset = _OrderedKeys  # type: ignore[attr-defined]
    try:
        yield
    finally:
        references.Resource.__hash__, references.Selector.__hash__, aioenums.SyncFlagWaiter.wait = saved  # type: ignore[method-assign]
        scanning.asyncio = asyncio  # type: ignore[attr-defined]
        del diffs.frozenset  # type: ignore[attr-defined]


def _hash_resource(self: references.Resource) -> int:
    return zlib.crc32(f"{self.group}/{self.version}/{self.plural}".encode())


_SELECTOR_FIELDS = [field.name for field in dataclasses.fields(references.Selector) if field.name != "fn"]


def _hash_selector(self: references.Selector) -> int:
    return _number(*[getattr(self, name) for name in _SELECTOR_FIELDS])


@functools.lru_cache(maxsize=4096)
def _number(*values: object) -> int:
    """Remembered: Kopf asks for the hashes of a few selectors a thousand times in a small scenario."""
    return zlib.crc32(repr(values).encode())


def _refuse_to_block(self: Any, timeout: float | None = None) -> Any:  # noqa: ARG001 - Kopf's signature
    raise BlockingWaitError(
        "a synchronous daemon waits for its `stopped` flag, which would block the virtual-time loop for ever; "
        "make the daemon `async def` and `await stopped.wait(…)`"
    )


class _OrderedAsyncio(types.ModuleType):
    """asyncio, but for `as_completed` over a *set of coroutines*, which is given an order."""

    def __getattr__(self, name: str) -> Any:
        return getattr(asyncio, name)

    @staticmethod
    def as_completed(coros: Iterable[Any]) -> Iterator[Any]:
        """Start them sorted by name and URL."""
        return asyncio.as_completed([asyncio.ensure_future(coro) for coro in sorted(coros, key=_name_and_url)])


def _name_and_url(coro: Any) -> tuple[str, str]:
    frame = coro.cr_frame
    return coro.__qualname__, str((frame.f_locals if frame else {}).get("url", ""))


class _OrderedKeys(list[Any]):
    """As much of a frozenset as `diffs.diff_iter` uses, in the order of the mapping."""

    def __sub__(self, other: list[Any]) -> _OrderedKeys:
        return _OrderedKeys(key for key in self if key not in other)

    def __and__(self, other: list[Any]) -> _OrderedKeys:
        return _OrderedKeys(key for key in self if key in other)
