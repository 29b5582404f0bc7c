"""Behaviours as request scripts: each says something to a server, and that is all. What is answered is the transcript.

The docstring is what the script is about; what is right is what the real server says.
"""

from collections.abc import Callable
from typing import Any

from .samples import DEFINITIONS, SCHEMA, config_map, definition, thing
from .side import MERGE, Side

Behaviour = Callable[[Side], Any]

BEHAVIOURS: list[Behaviour] = []


def behaviour(function: Behaviour) -> Behaviour:
    """Add a script to the suite."""
    BEHAVIOURS.append(function)
    return function


# -- creating


@behaviour
def create_drops_what_the_server_owns(api: Side) -> None:
    mine = {"uid": "mine", "creationTimestamp": "2020-01-01T00:00:00Z", "generation": 7, "selfLink": "/x"}
    api.post(api.things, thing(metadata=mine) | {"status": {"phase": "New"}})


@behaviour
def create_twice(api: Side) -> None:
    api.post(api.things, thing())
    api.post(api.things, thing())


@behaviour
def create_with_a_version(api: Side) -> None:
    api.post(api.things, thing(metadata={"resourceVersion": "5"}))


@behaviour
def create_without_a_name(api: Side) -> None:
    body = thing()
    del body["metadata"]["name"]
    api.post(api.things, body)


@behaviour
def create_with_a_generated_name(api: Side) -> None:
    body = thing(metadata={"generateName": "gen-"})
    del body["metadata"]["name"]
    api.post(api.things, body)


@behaviour
def create_with_an_impossible_name(api: Side) -> None:
    for name in ("Upper", "under_score", "-dash", "a" * 254, "a..b"):
        api.post(api.things, thing(name))


@behaviour
def create_in_another_namespace_than_the_paths(api: Side) -> None:
    api.post(api.things, thing(metadata={"namespace": "elsewhere"}))


@behaviour
def create_in_a_namespace_that_is_not_there(api: Side) -> None:
    api.post("/apis/ex.dev/v1/namespaces/nowhere/things", thing())


@behaviour
def create_of_another_kind_than_the_paths(api: Side) -> None:
    api.post(api.things, thing() | {"kind": "Other"})
    api.post(api.things, thing() | {"apiVersion": "ex.dev/v2"})


@behaviour
def create_without_kind(api: Side) -> None:
    body = thing()
    del body["kind"]
    api.post(api.things, body)


@behaviour
def create_as_a_dry_run(api: Side) -> None:
    api.post(api.things, thing(), dryRun="All")
    api.get(f"{api.things}/one")


@behaviour
def create_with_an_unknown_dry_run(api: Side) -> None:
    api.post(api.things, thing(), dryRun="Some")


@behaviour
def create_of_a_built_in(api: Side) -> None:
    api.post(api.config_maps, config_map(a="1"))
    api.get(f"{api.config_maps}/one")
    api.post(api.config_maps, config_map(a="1"))


@behaviour
def create_with_impossible_labels(api: Side) -> None:
    api.post(api.things, thing(metadata={"labels": {"bad key": "x", "good": "bad value!"}}))


# -- bodies


@behaviour
def malformed_json(api: Side) -> None:
    api.post(api.things, b'{"kind": "Thing",')
    api.post(api.things, b"")
    api.post(api.things, b"[]")


@behaviour
def an_unknown_content_type(api: Side) -> None:
    api.request("POST", api.things, thing(), head={"content-type": "text/plain"})


@behaviour
def an_unacceptable_accept(api: Side) -> None:
    api.request("GET", api.things, head={"accept": "text/plain"})


# -- schemas


@behaviour
def defaults_and_pruning(api: Side) -> None:
    api.post(api.things, thing(unknown=1, parts=[{"name": "a", "extra": 1}], free={"kept": {"x": 1}}))


@behaviour
def a_required_field_is_missing(api: Side) -> None:
    api.post(api.things, thing() | {"spec": {}})
    api.post(api.things, {key: value for key, value in thing().items() if key != "spec"})


@behaviour
def values_of_the_wrong_type(api: Side) -> None:
    api.post(api.things, thing(size="five"))
    api.post(api.things, thing(owner=3))
    api.post(api.things, thing() | {"spec": "text"})
    api.post(api.things, thing(tags={"a": 1}))


@behaviour
def values_out_of_range(api: Side) -> None:
    api.post(api.things, thing(size=10))
    api.post(api.things, thing(size=0))
    api.post(api.things, thing(owner=""))
    api.post(api.things, thing(owner="far-too-long"))
    api.post(api.things, thing(code="xyz"))
    api.post(api.things, thing(tags=["a", "b", "c", "d"]))


@behaviour
def an_enum_is_not_met(api: Side) -> None:
    api.post(api.things, thing())
    api.merge(f"{api.things}/one/status", {"status": {"phase": "Lost"}})
    api.merge(f"{api.things}/one/status", {"status": {"since": "yesterday"}})


@behaviour
def several_faults_at_once(api: Side) -> None:
    api.post(api.things, thing(size=12, code="xyz", owner="far-too-long"))


@behaviour
def duplicates_in_sets_and_maps(api: Side) -> None:
    api.post(api.things, thing(tags=["a", "a"]))
    api.post(api.things, thing(parts=[{"name": "a"}, {"name": "a"}]))


@behaviour
def null_where_it_may_and_may_not_be(api: Side) -> None:
    api.post(api.things, thing("may", note=None))
    api.post(api.things, thing("default", size=None))
    api.post(api.things, thing("must-not", code=None))


@behaviour
def int_or_string(api: Side) -> None:
    api.post(api.things, thing("number", port=80))
    api.post(api.things, thing("text", port="http"))
    api.post(api.things, thing("neither", port=True))


@behaviour
def a_rule_is_broken(api: Side) -> None:
    api.post(api.things, thing(low=2, high=1))


@behaviour
def a_transition_rule_is_broken(api: Side) -> None:
    api.post(api.things, thing())
    api.merge(f"{api.things}/one", {"spec": {"owner": "bob"}})


@behaviour
def unknown_fields_under_each_validation(api: Side) -> None:
    for number, word in enumerate(("Strict", "Warn", "Ignore", "Odd")):
        api.post(api.things, thing(f"n{number}", unknown=1), fieldValidation=word)


# -- reading


@behaviour
def get_what_is_not_there(api: Side) -> None:
    api.get(f"{api.things}/none")
    api.get(f"{api.config_maps}/none")
    api.get("/apis/ex.dev/v1/namespaces/default/others")
    api.get("/apis/no.such/v1/things")


@behaviour
def lists_of_a_custom_and_a_built_in_kind(api: Side) -> None:
    api.get(api.things)
    api.post(api.things, thing("b"))
    api.post(api.things, thing("a"))
    api.get(api.things)
    api.post(api.config_maps, config_map("m"))
    api.get(api.config_maps)


@behaviour
def label_selectors(api: Side) -> None:
    api.post(api.things, thing("a", metadata={"labels": {"tier": "web"}}))
    api.post(api.things, thing("b", metadata={"labels": {"tier": "db"}}))
    for text in ("tier=web", "tier!=web", "tier in (web,db)", "!tier", "tier", "tier notin (db)", "tier==db"):
        api.get(api.things, labelSelector=text)


@behaviour
def bad_label_selectors(api: Side) -> None:
    for text in ("tier in web", "=x", "a=b=c", "tier in (", "a,,b"):
        api.get(api.things, labelSelector=text)


@behaviour
def field_selectors(api: Side) -> None:
    api.post(api.things, thing("a"))
    api.post(api.things, thing("b", owner="bob"))
    for text in ("spec.owner=bob", "metadata.name=a", "spec.owner!=bob", f"metadata.namespace={api.namespace}"):
        api.get(api.things, fieldSelector=text)


@behaviour
def bad_field_selectors(api: Side) -> None:
    for text in ("spec.size=1", "spec.owner", "status.phase=New"):
        api.get(api.things, fieldSelector=text)


@behaviour
def pages(api: Side) -> None:
    for name in "abc":
        api.post(api.things, thing(name))
    page = api.get(api.things, limit="2")
    api.get(api.things, limit="2", **{"continue": page.json["metadata"]["continue"]})


@behaviour
def a_bad_continue_token(api: Side) -> None:
    api.get(api.things, limit="2", **{"continue": "nonsense"})


@behaviour
def a_bad_version_in_a_list(api: Side) -> None:
    api.get(api.things, resourceVersion="abc")
    api.get(api.things, resourceVersionMatch="Exact")
    api.get(api.things, resourceVersion="1", resourceVersionMatch="Odd")


@behaviour
def a_table(api: Side) -> None:
    api.post(api.things, thing())
    table = "application/json;as=Table;v=v1;g=meta.k8s.io"
    api.request("GET", f"{api.things}/one", head={"accept": table}, query={"includeObject": "None"})


# -- updating


@behaviour
def put_of_what_is_not_there(api: Side) -> None:
    api.put(f"{api.things}/one", thing())


@behaviour
def put_without_a_version(api: Side) -> None:
    api.post(api.things, thing())
    api.put(f"{api.things}/one", thing(size=6))


@behaviour
def put_with_an_old_version(api: Side) -> None:
    first = api.post(api.things, thing())
    api.merge(f"{api.things}/one", {"spec": {"size": 6}})
    api.put(f"{api.things}/one", first.json)


@behaviour
def put_under_another_name_or_uid(api: Side) -> None:
    first = api.post(api.things, thing()).json
    api.put(f"{api.things}/one", first | {"metadata": first["metadata"] | {"name": "two"}})
    other = "00000000-0000-4000-8000-000000000000"
    api.put(f"{api.things}/one", first | {"metadata": first["metadata"] | {"uid": other}})


@behaviour
def a_write_that_changes_nothing_keeps_the_version(api: Side) -> None:
    first = api.post(api.things, thing())
    api.put(f"{api.things}/one", first.json)
    api.merge(f"{api.things}/one", {"spec": {"size": 5}})


@behaviour
def generation_counts_the_spec(api: Side) -> None:
    api.post(api.things, thing())
    api.merge(f"{api.things}/one", {"spec": {"size": 6}})
    api.merge(f"{api.things}/one", {"metadata": {"labels": {"a": "b"}}})
    api.merge(f"{api.things}/one/status", {"status": {"phase": "New"}})


@behaviour
def status_writes_leave_the_rest_alone(api: Side) -> None:
    api.post(api.things, thing())
    api.merge(
        f"{api.things}/one/status",
        {"status": {"phase": "Done"}, "spec": {"size": 9}, "metadata": {"labels": {"a": "b"}}},
    )
    api.merge(f"{api.things}/one", {"status": {"phase": "New"}})
    api.get(f"{api.things}/one/status")


@behaviour
def guarded_merge_patches(api: Side) -> None:
    first = api.post(api.things, thing())
    guard = {"resourceVersion": first.version}
    api.merge(f"{api.things}/one/status", {"metadata": guard, "status": {"phase": "New"}})
    api.merge(f"{api.things}/one/status", {"metadata": guard, "status": {"phase": "Done"}})
    other = {"uid": "00000000-0000-4000-8000-000000000000"}
    api.merge(f"{api.things}/one/status", {"metadata": other, "status": {"phase": "Done"}})


@behaviour
def merge_patches_that_are_none(api: Side) -> None:
    api.post(api.things, thing())
    api.request("PATCH", f"{api.things}/one", b"{", head=MERGE)
    api.request("PATCH", f"{api.things}/one", [], head=MERGE)
    api.merge(f"{api.things}/none", {})


@behaviour
def json_patches(api: Side) -> None:
    api.post(api.things, thing())
    api.json_patch(f"{api.things}/one", {"op": "replace", "path": "/spec/size", "value": 7})
    api.json_patch(f"{api.things}/one", {"op": "test", "path": "/spec/size", "value": 8})
    api.json_patch(f"{api.things}/one", {"op": "remove", "path": "/spec/none"})
    api.json_patch(f"{api.things}/one", {"op": "odd", "path": "/spec/size"})


@behaviour
def a_patch_of_the_wrong_content_type(api: Side) -> None:
    api.post(api.things, thing())
    strategic = {"content-type": "application/strategic-merge-patch+json"}
    api.request("PATCH", f"{api.things}/one", {}, head=strategic)
    api.request("PATCH", f"{api.things}/one", {}, head={"content-type": "application/json"})


# -- deleting


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


# -- watching


@behaviour
def a_watch_from_a_version_tells_one_life(api: Side) -> None:
    start = api.get(api.things)
    api.post(api.things, thing(metadata={"finalizers": ["ex.dev/hold"]}))
    api.merge(f"{api.things}/one/status", {"status": {"phase": "New"}})
    api.delete(f"{api.things}/one")
    api.merge(f"{api.things}/one", {"metadata": {"finalizers": None}})
    api.events(api.things, resourceVersion=start.version)


@behaviour
def a_watch_without_a_version_begins_with_what_is_there(api: Side) -> None:
    api.post(api.things, thing("a"))
    api.post(api.things, thing("b"))
    api.events(api.things)


@behaviour
def a_watch_by_label_tells_of_coming_and_going(api: Side) -> None:
    start = api.get(api.things)
    api.post(api.things, thing())
    for value in ("in", "out"):
        api.merge(f"{api.things}/one", {"metadata": {"labels": {"where": value}}})
    api.events(api.things, resourceVersion=start.version, labelSelector="where=in")


@behaviour
def a_watch_that_streams_the_list(api: Side) -> None:
    api.post(api.things, thing("a"))
    streaming = {"sendInitialEvents": "true", "resourceVersionMatch": "NotOlderThan", "allowWatchBookmarks": "true"}
    api.events(api.things, **streaming)


@behaviour
def watches_that_are_refused(api: Side) -> None:
    api.request("GET", api.things, query={"watch": "true", "resourceVersion": "abc"})
    api.request("GET", api.things, query={"watch": "true", "sendInitialEvents": "true"})


# -- definitions


@behaviour
def definitions_that_are_refused(api: Side) -> None:
    no_schema = definition("noes", "No")
    del no_schema["spec"]["versions"][0]["schema"]
    api.post(DEFINITIONS, no_schema)
    api.post(DEFINITIONS, definition("loose", "Loose", {"properties": {"spec": {"type": "object"}}}))
    misnamed = definition("things", "Thing")
    misnamed["metadata"]["name"] = "others.ex.dev"
    api.post(DEFINITIONS, misnamed)
    stored_twice = definition("twice", "Twice")
    stored_twice["spec"]["versions"] *= 2
    api.post(DEFINITIONS, stored_twice)


@behaviour
def a_definition_whose_rule_does_not_compile(api: Side) -> None:
    schema = {"type": "object", "x-kubernetes-validations": [{"rule": "self.", "message": "no"}]}
    api.post(DEFINITIONS, definition("rules", "Rule", schema))


@behaviour
def a_definition_twice(api: Side) -> None:
    api.post(DEFINITIONS, definition("things", "Thing", SCHEMA))


# -- who asks, and what else there is


@behaviour
def a_token_that_nobody_has(api: Side) -> None:
    api.request("GET", api.things, head={"authorization": "Bearer nonsense"})


@behaviour
def verbs_that_a_path_does_not_know(api: Side) -> None:
    api.request("PUT", api.things, thing())
    api.request("POST", f"{api.things}/one", thing())


@behaviour
def discovery_of_a_group(api: Side) -> None:
    api.get("/apis/ex.dev")
    api.get("/apis/ex.dev/v1")


@behaviour
def health(api: Side) -> None:
    for path in ("/readyz", "/livez", "/healthz"):
        api.get(path)


@behaviour
def namespaces(api: Side) -> None:
    body = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": f"{api.namespace}-more"}}
    api.post("/api/v1/namespaces", body)
    api.post("/api/v1/namespaces", body | {"metadata": {"name": "Upper"}})
