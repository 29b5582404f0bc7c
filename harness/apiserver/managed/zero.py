"""An object of a kind before anything is said of it: what a new object is compared with to see what its author wrote.

A custom resource has nothing then. A built-in kind is a Go struct, in which the structs that it holds by value are there from the
start, as are fields that are always written, though empty: nobody comes to own those.
"""

from functools import cache
from typing import Final

from harness.apiserver.codec.builtin import complete
from harness.apiserver.codec.table import model_of
from harness.apiserver.messages import Object
from harness.apiserver.resources import Resource

_CUSTOM: Final[Object] = {"metadata": {}}


def zero(resource: Resource) -> Object:
    """Return the empty object of a kind. It is shared and never to be changed."""
    return _CUSTOM if resource.custom else _of_model(model_of(resource.api_version, resource.kind))


@cache
def _of_model(model: str) -> Object:
    return {**(complete({}, model) if model else {}), "metadata": {}}
