"""What is wrong with bodies before anybody looks at the object."""

from ..samples import thing
from ..script import behaviour
from ..side import Side


@behaviour
def malformed_json(api: Side) -> None:
    api.post(api.things, b'{"kind": "Thing",')
    api.post(api.things, b"")
    api.post(api.things, b"[]")


@behaviour
def an_unknown_content_type(api: Side) -> None:
    api.request("POST", api.things, thing(), head={"content-type": "text/plain"})


@behaviour(differs="media types: JSON alone is taken and given")
def an_unacceptable_accept(api: Side) -> None:
    api.request("GET", api.things, head={"accept": "text/plain"})
