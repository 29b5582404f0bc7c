"""What the functions of rules do. ``FREE`` are called as ``f(x)``, ``MEMBERS`` as ``x.f()``, with ``x`` as the first argument."""

from collections.abc import Callable
from typing import Any, Final

from harness.apiserver.cel.library import (
    collections,
    conversions,
    formats,
    network,
    operators,
    rights,
    text,
    times,
    units,
)

_MODULES: Final = (operators, conversions, text, collections, times, network, units, formats, rights)

FREE: Final[dict[str, Callable[..., Any]]] = {name: one for module in _MODULES for name, one in module.FREE.items()}
MEMBERS: Final[dict[str, Callable[..., Any]]] = {
    name: one for module in _MODULES for name, one in module.MEMBERS.items()
}
