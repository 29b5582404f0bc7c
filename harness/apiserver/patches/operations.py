"""JSON patch (RFC 6902), as evanphx/json-patch 4 applies it, which is a little more than the RFC allows.

Negative indexes count from the end, ``replace`` sets what is not there, a ``test`` for null passes where nothing is, and what
stands before the first slash of a path is not looked at. A client who patches is not told why a patch does not apply; one whose
webhook or policy does is.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from harness.apiserver.compare import same_json
from harness.apiserver.messages import Json, Object
from harness.apiserver.patches.spelling import spelled, spells

MOST_OPERATIONS: Final = 10_000
_MOST_COMPARED: Final = 100
"""Behind so many writes a ``test`` goes by values alone: the time that a patch takes must not grow with the square of its length."""
_ABSENT: Final[Any] = object()
_INDEX: Final = re.compile(r"[+-]?[0-9]+")


class PatchError(ValueError):
    """A patch that does not apply."""


class TestFailedError(PatchError):
    """A ``test`` that the document does not pass."""

    __test__ = False  # pytest takes it for tests otherwise


def patched(document: Object, operations: list[Object], body: bytes = b"") -> Json:
    """Return ``document`` as the operations leave it, one after the other. What they do not touch is shared with it.

    :param body: the text of the operations, by whose spelling values are tested.
    :raises PatchError: one of them does not apply.
    """
    run = _Run(document, body)
    for run.step, one in enumerate(operations):
        operation = one.get("op")
        handler = _OPERATIONS.get(operation) if isinstance(operation, str) else None
        if handler is None:
            raise PatchError(f"Unexpected kind: {operation if isinstance(operation, str) else 'unknown'}")
        handler(run, one)
    return run.outcome()


class _Run:
    """A document while it is patched: containers are copied when they are first written to."""

    def __init__(self, root: Json, body: bytes) -> None:
        self.root, self.step = root, 0
        self._mine: dict[int, Json] = {}
        self._written: list[str] = []
        self._body = body
        self._spelled: list[Object] = []

    def own(self, container: Json) -> Json:
        """Return a copy that may be written to; what is one already comes back as it is."""
        if id(container) in self._mine:
            return container
        copied = container.copy()
        self._mine[id(copied)] = copied  # and so its id is not given to another while the patch is applied
        return copied

    def outcome(self) -> Json:
        """Return the document. Objects that were written to are in the order of their names, as maps of Go are when written.

        Whoever reads it next tells of the first fault that comes.
        """
        for one in self._mine.values():
            if isinstance(one, dict):
                items = sorted(one.items())
                one.clear()
                one.update(items)
        return self.root

    def container(self, path: str, missing: str, *, write: bool) -> tuple[Json, str]:
        """Return what holds the value at ``path``, and the last step to it. Written to are copies only.

        :raises PatchError: there is nothing that could hold it, which ``missing`` says.
        """
        head, *steps = path.split("/")
        del head
        if not steps:
            raise PatchError(f"{missing}: missing value")
        if write:
            self.root = self.own(self.root)
            self._written.append(f"{path}/")
        at = self.root
        for step in map(_unescaped, steps[:-1]):
            found = _get(at, step)
            if not isinstance(found, dict | list):
                raise PatchError(f"{missing}: missing value")
            if write:
                copied = self.own(found)
                at[step if isinstance(at, dict) else _index(step, len(at))] = copied
                found = copied
            at = found
        return at, _unescaped(steps[-1])

    def spelled_like(self, path: str, found: Json) -> bool:
        """Tell whether what a ``test`` has ``found`` is spelled as in the operation. What the patch itself has put there is not looked at."""
        place = f"{path}/"
        if not self._body or len(self._written) > _MOST_COMPARED:
            return True
        if any(place.startswith(one) or one.startswith(place) for one in self._written):
            return True
        if not self._spelled:
            self._spelled = spelled(self._body)
        return spells(found, self._spelled[self.step].get("value"))


def _unescaped(step: str) -> str:
    return step.replace("~1", "/").replace("~0", "~") if "~" in step else step


def _number(step: str) -> int:
    if not _INDEX.fullmatch(step):
        raise PatchError(f'strconv.Atoi: parsing "{step}": invalid syntax')
    return int(step)


def _index(step: str, size: int) -> int:
    """Return the index that a step stands for in a list of ``size``.

    :raises PatchError: it is beyond the list.
    """
    found = _number(step)
    if not -size <= found < size:
        raise PatchError(f"Unable to access invalid index: {found}: invalid index referenced")
    return found % size


def _get(container: Json, step: str) -> Json:
    if isinstance(container, dict):
        return container.get(step, _ABSENT)
    return container[_index(step, len(container))]


_NO_PATH: Final = "operation missing path field: missing value"
_NO_FROM: Final = "operation, missing from field: missing value"


def _text(operation: Mapping[str, Json], name: str, missing: str) -> str:
    found = operation.get(name)
    if not isinstance(found, str):
        raise PatchError(missing)
    return found


@contextmanager
def _saying(where: str) -> Iterator[None]:
    try:
        yield
    except PatchError as problem:
        raise PatchError(f"{where}: {problem}") from None


def _insert(container: Json, step: str, value: Json) -> None:
    if isinstance(container, dict):
        container[step] = value
    elif step == "-":
        container.append(value)
    else:
        container.insert(_index(step, len(container) + 1), value)


def _take(container: Json, step: str) -> None:
    if isinstance(container, list):
        del container[_index(step, len(container))]
    elif step in container:
        del container[step]
    else:
        raise PatchError(f"Unable to remove nonexistent key: {step}: missing value")


def _add(run: _Run, operation: Object) -> None:
    path = _text(operation, "path", "add operation failed to decode path: missing value")
    container, step = run.container(path, f'add operation does not apply: doc is missing path: "{path}"', write=True)
    with _saying(f"error in add for path: '{path}'"):
        _insert(container, step, operation.get("value"))


def _remove(run: _Run, operation: Object) -> None:
    path = _text(operation, "path", "remove operation failed to decode path: missing value")
    container, step = run.container(path, f'remove operation does not apply: doc is missing path: "{path}"', write=True)
    with _saying(f"error in remove for path: '{path}'"):
        _take(container, step)


def _replace(run: _Run, operation: Object) -> None:
    path, value = (
        _text(operation, "path", f"replace operation failed to decode path: {_NO_PATH}"),
        operation.get("value"),
    )
    if not path:
        if not isinstance(value, dict | list):
            raise PatchError("replace operation value must be object or array")
        run.root = value
        return
    container, step = run.container(path, f"replace operation does not apply: doc is missing path: {path}", write=True)
    try:
        at = step if isinstance(container, dict) else _index(step, len(container))
    except PatchError:
        raise PatchError(f"replace operation does not apply: doc is missing key: {path}: missing value") from None
    container[at] = value


def _move(run: _Run, operation: Object) -> None:
    start = _text(operation, "from", f"move operation failed to decode from: {_NO_FROM}")
    container, step = run.container(
        start, f"move operation does not apply: doc is missing from path: {start}", write=True
    )
    with _saying(f"error in move for path: '{step}'"):
        value = _get(container, step)
        _take(container, step)
    path = _text(operation, "path", f"move operation failed to decode path: {_NO_PATH}")
    missing = f"move operation does not apply: doc is missing destination path: {path}"
    container, step = run.container(path, missing, write=True)
    with _saying(f"error in move for path: '{path}'"):
        _insert(container, step, value)


def _copy(run: _Run, operation: Object) -> None:
    start = _text(operation, "from", f"copy operation failed to decode from: {_NO_FROM}")
    container, step = run.container(
        start, f"copy operation does not apply: doc is missing from path: {start}", write=False
    )
    with _saying(f"error in copy for from: '{start}'"):
        value = _get(container, step)
    path = _text(operation, "path", "copy operation failed to decode path: missing value")
    missing = f"copy operation does not apply: doc is missing destination path: {path}"
    container, step = run.container(path, missing, write=True)
    with _saying("error while adding value during copy"):
        _insert(container, step, None if value is _ABSENT else value)


def _test(run: _Run, operation: Object) -> None:
    path, wanted = _text(operation, "path", f"test operation failed to decode path: {_NO_PATH}"), operation.get("value")
    found = run.root
    if path:
        container, step = run.container(path, f"test operation does not apply: is missing path: {path}", write=False)
        with _saying(f"error in test for path: '{path}'"):
            found = _get(container, step)
    found = None if found is _ABSENT else found
    if not same_json(found, wanted) or not run.spelled_like(path, found):
        raise TestFailedError(f"testing value {path} failed: test failed")


_OPERATIONS: Final[Mapping[str, Callable[[_Run, Object], None]]] = {
    "add": _add,
    "copy": _copy,
    "move": _move,
    "remove": _remove,
    "replace": _replace,
    "test": _test,
}
