"""DELETE: finalizers, preconditions, policies, collections."""

from ..samples import thing
from ..script import behaviour
from ..side import Side


@behaviour
def delete_and_delete_again(api: Side) -> None:
    api.post(api.things, thing())
    api.delete(f"{api.things}/one")
    api.delete(f"{api.things}/one")


@behaviour
def finalizers_hold_an_object(api: Side) -> None:
    api.post(api.things, thing(metadata={"finalizers": ["ex.dev/hold"]}))
    api.delete(f"{api.things}/one")
    api.delete(f"{api.things}/one")
    api.merge(f"{api.things}/one", {"metadata": {"finalizers": ["ex.dev/hold", "ex.dev/more"]}})
    api.merge(f"{api.things}/one", {"spec": {"size": 6}})
    api.merge(f"{api.things}/one", {"metadata": {"finalizers": None}})
    api.get(f"{api.things}/one")


@behaviour
def delete_with_preconditions(api: Side) -> None:
    api.post(api.things, thing())
    other = "00000000-0000-4000-8000-000000000000"
    api.delete(f"{api.things}/one", {"preconditions": {"uid": other}})
    api.delete(f"{api.things}/one", {"preconditions": {"resourceVersion": "1"}})
    api.get(f"{api.things}/one")


@behaviour
def delete_of_a_collection(api: Side) -> None:
    for name in "ab":
        api.post(api.things, thing(name))
    api.delete(api.things, labelSelector="none=such")
    api.delete(api.things)
    api.get(api.things)
