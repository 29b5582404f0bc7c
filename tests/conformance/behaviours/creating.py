"""POST of objects."""

from ..samples import config_map, thing
from ..script import behaviour
from ..side import Side, Target


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


@behaviour
def a_dry_run_asked_for_more_than_once(api: Side) -> None:
    for query in (
        "dryRun=All&dryRun=All",
        "dryRun=All&dryRun=x",
        "dryRun=&dryRun=All",
        "dryRun=x&dryRun=y",
        "dryRun=&dryRun=",
        "dryRun=",
    ):
        api.post(Target(f"{api.config_maps}?{query}"), config_map())
        api.request("DELETE", Target(f"{api.config_maps}/one?{query}"))
    api.get(f"{api.config_maps}/one")
