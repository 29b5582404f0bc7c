"""The life of a CustomResourceDefinition: accepted, changed, in conflict with another, deleted."""

import copy
from typing import Any

from ..kinds import define, deleting, gone, group_of, kind_of, objects_of, path_of, served, settled, spec_of, widget
from ..samples import DEFINITIONS
from ..script import behaviour
from ..side import MERGE, Side, Target

SPEC = spec_of({"owner": {"type": "string"}})


@behaviour
def created_and_established(api: Side) -> None:
    definition = kind_of(api, SPEC)
    definition["spec"]["names"] |= {"shortNames": ["wd"], "categories": ["all", "things"]}
    api.post(DEFINITIONS, definition)
    settled(api, definition)
    served(api, f"/apis/{group_of(api)}/v1/widgets")
    api.get(path_of(api, definition))
    api.get(f"/apis/{group_of(api)}")
    api.get(f"/apis/{group_of(api)}/v1")


@behaviour
def a_dry_run(api: Side) -> None:
    definition = kind_of(api, SPEC)
    api.post(DEFINITIONS, definition, dryRun="All")
    api.get(path_of(api, definition))


@behaviour
def formats_that_nobody_checks(api: Side) -> None:
    for field in (
        {"type": "string", "format": "odd"},
        {"type": "integer", "format": "int8"},
        {"type": "boolean", "format": "x"},
    ):
        api.post(DEFINITIONS, kind_of(api, spec_of({"f": field})), dryRun="All")


@behaviour
def what_identifies_it_is_immutable(api: Side) -> None:
    definition = kind_of(api, SPEC)
    define(api, definition)
    api.merge(path_of(api, definition), {"spec": {"scope": "Cluster"}})
    api.merge(path_of(api, definition), {"spec": {"names": {"kind": "Gadget"}}})
    api.merge(path_of(api, definition), {"spec": {"group": "other.dev"}})
    api.merge(path_of(api, definition), {"spec": {"names": {"plural": "gadgets"}}})


@behaviour
def a_storage_version_must_stay(api: Side) -> None:
    definition = kind_of(api, SPEC)
    define(api, definition)

    def aside(api: Side, part: str, body: Any) -> None:
        assert api.aside("PATCH", path_of(api, definition) + part, body, MERGE).status == 200

    second = definition["spec"]["versions"][0] | {"name": "v2"}
    api.merge(path_of(api, definition), {"spec": {"versions": [second]}})
    first = definition["spec"]["versions"][0] | {"storage": False}
    aside(api, "", {"spec": {"versions": [first, second]}})
    served(api, f"/apis/{group_of(api)}/v2/widgets")
    api.merge(path_of(api, definition), {"spec": {"versions": [second]}})
    aside(api, "/status", {"status": {"storedVersions": ["v2"]}})
    aside(api, "", {"spec": {"versions": [second]}})
    gone(api, objects_of(api))
    served(api, objects_of(api, version="v2"))
    api.get(objects_of(api, version="v2"))


@behaviour
def a_kind_that_another_has(api: Side) -> None:
    define(api, kind_of(api, SPEC))
    rival = kind_of(api, SPEC, name="gadgets")
    rival["spec"]["names"]["shortNames"] = ["widgets", "gd"]
    api.post(DEFINITIONS, rival)
    settled(api, rival)
    api.get(path_of(api, rival))
    api.get(objects_of(api, name="gadgets"))
    api.get(f"/apis/{group_of(api)}/v1")


@behaviour
def names_are_passed_on(api: Side) -> None:
    first, rival = kind_of(api, SPEC), kind_of(api, SPEC, name="gadgets")
    define(api, first)
    api.setup(DEFINITIONS, rival)
    settled(api, rival)
    api.delete(path_of(api, first))
    gone(api, path_of(api, first))
    served(api, f"/apis/{group_of(api)}/v1/gadgets")
    api.get(path_of(api, rival))


@behaviour
def deleted_while_an_object_stays(api: Side) -> None:
    definition = kind_of(api, SPEC)
    path = define(api, definition)
    api.post(path, widget(api, {"owner": "ann"}, metadata={"name": "one", "finalizers": ["a.b/c"]}))
    api.delete(path_of(api, definition))
    api.awaited("POST", path, widget(api, {"owner": "ann"}, name="probe"), status=403, dryRun="All")
    api.post(path, widget(api, {"owner": "ann"}, name="two"))
    deleting(api, f"{path}/one")
    api.merge(f"{path}/one", {"metadata": {"finalizers": None}})
    gone(api, path_of(api, definition))
    api.get(f"{path}/one")
    api.get(path)


@behaviour
def defined_anew(api: Side) -> None:
    definition = kind_of(api, SPEC)
    path = define(api, definition)
    api.post(path, widget(api, {"owner": "ann"}))
    api.delete(path_of(api, definition))
    gone(api, path_of(api, definition))
    define(api, definition)
    api.get(path)


@behaviour
def a_watch_from_before_it_was_defined_anew(api: Side) -> None:
    """Of the first one's objects the second's memory knows nothing, and says so."""
    definition = kind_of(api, SPEC)
    path = define(api, definition)
    before = api.post(path, widget(api, {"owner": "ann"})).version
    api.delete(path_of(api, definition))
    gone(api, path_of(api, definition))
    define(api, definition)
    api.events(path, resourceVersion=before)


@behaviour
def a_version_that_is_not_served(api: Side) -> None:
    definition = kind_of(api, SPEC)
    old = copy.deepcopy(definition["spec"]["versions"][0]) | {"name": "v1beta1", "storage": False, "served": False}
    definition["spec"]["versions"].append(old)
    define(api, definition)
    api.get(objects_of(api, version="v1beta1"))
    api.get(f"/apis/{group_of(api)}")


@behaviour
def a_deprecated_version(api: Side) -> None:
    definition = kind_of(api, SPEC, deprecated=True)
    path = define(api, definition)
    api.post(path, widget(api, {"owner": "ann"}))
    api.get(f"{path}/one")
    api.get(path)
    api.delete(f"{path}/one")


@behaviour
def preserving_and_describing(api: Side) -> None:
    schema = {"type": "object", "description": "all", "x-kubernetes-preserve-unknown-fields": True, "nullable": True}
    api.post(DEFINITIONS, kind_of(api, schema), dryRun="All")
    del schema["nullable"]
    api.post(DEFINITIONS, kind_of(api, schema, subresources={"status": {}}), dryRun="All")


@behaviour
def a_change_ends_what_may_be_watched(api: Side) -> None:
    """The storage of the kind starts anew: who watches has to list again, though nothing but a short name came."""
    definition = kind_of(api, SPEC)
    objects = define(api, definition)
    before = api.post(objects, widget(api, {})).version
    api.merge(path_of(api, definition), {"spec": {"names": {"shortNames": ["wd"]}}})
    second = api.post(objects, widget(api, {}, name="two")).version
    refused = Target(f"{objects}?watch=true&resourceVersion={before}&timeoutSeconds=1")
    api.in_time(refused, lambda answer: answer.status == 200 and b"too old" in answer.text)
    api.events(objects, resourceVersion=before)
    api.get(objects, resourceVersion=before, resourceVersionMatch="Exact")
    api.get(objects, resourceVersion=second, resourceVersionMatch="NotOlderThan")
    now = api.post(objects, widget(api, {}, name="three")).version
    api.delete(f"{objects}/one")
    api.events(objects, resourceVersion=now)


@behaviour
def a_change_of_nothing_ends_nothing(api: Side) -> None:
    definition = kind_of(api, SPEC)
    objects = define(api, definition)
    before = api.post(objects, widget(api, {})).version
    api.merge(path_of(api, definition), {"metadata": {"labels": {"a": "b"}}})
    api.delete(f"{objects}/one")
    api.events(objects, resourceVersion=before)
