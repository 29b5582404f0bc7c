"""What somebody stumbled over once and is small: each by itself."""

from ..kinds import define, deleting, kind_of, path_of, spec_of, widget
from ..samples import DEFINITIONS
from ..script import behaviour
from ..side import MERGE, Side
from ..tables import PARTIAL_LIST, TABLE
from .rules_applied import WHOLE, rule, tried


@behaviour
def empty_lists_in_other_forms(api: Side) -> None:
    api.in_time(api.things, lambda answer: answer.status == 200)
    for path in (api.things, api.core("secrets"), "/api/v1/namespaces?labelSelector=none"):
        start, _, query = path.partition("?")
        for accept in (PARTIAL_LIST, TABLE, f"{PARTIAL_LIST},application/json"):
            api.request("GET", start, head={"accept": accept}, query=dict([query.split("=")]) if query else {})


@behaviour
def a_marked_definition_is_deleted_again(api: Side) -> None:
    definition = kind_of(api)
    widgets = define(api, definition)
    api.setup(widgets, widget(api, metadata={"name": "held", "finalizers": ["ex.dev/hold"]}))
    at = path_of(api, definition)
    api.delete(at)
    deleting(api, at)
    api.until(
        at, lambda found: any(one["reason"] == "InstanceDeletionInProgress" for one in found["status"]["conditions"])
    )
    deleting(api, f"{widgets}/held")
    api.delete(at)
    api.get(at)
    api.aside("PATCH", f"{widgets}/held", {"metadata": {"finalizers": None}}, MERGE)
    api.in_time(at, lambda answer: answer.status == 404)


@behaviour
def a_count_that_is_patched_where_there_is_none(api: Side) -> None:
    scale = {"specReplicasPath": ".spec.count", "statusReplicasPath": ".status.count"}
    definition = kind_of(api, spec_of({"count": WHOLE}), subresources={"status": {}, "scale": scale})
    widgets = define(api, definition)
    api.setup(widgets, widget(api, {}))
    api.get(f"{widgets}/one/scale")
    api.merge(f"{widgets}/one/scale", {"spec": {"replicas": 3}})
    api.get(f"{widgets}/one")
    api.gone(path_of(api, definition))


@behaviour
def numbers_beyond_what_is_exact(api: Side) -> None:
    definition = kind_of(api, spec_of({"whole": WHOLE, "real": {"type": "number"}}))
    widgets = define(api, definition)
    for text, fields in {"9007199254740993": "whole real", "9007199254740993.0": "real", "1e300": "real"}.items():
        for field in fields.split():
            body = (
                f'{{"apiVersion": "{definition["spec"]["group"]}/v1", "kind": "Widget", "metadata": {{"name": "a"}}, '
            )
            api.post(widgets, f'{body}"spec": {{"{field}": {text}}}}}'.encode(), dryRun="All")
    api.gone(path_of(api, definition))


@behaviour
def lists_sorted_in_rules(api: Side) -> None:
    numbers = {"type": "array", "items": WHOLE, "maxItems": 5}
    tried(api, numbers | rule("self.sortBy(x, -x) == self"), [3, 2, 1], [1, 2])


@behaviour
def maps_made_in_rules(api: Side) -> None:
    texts = {"type": "object", "additionalProperties": {"type": "string", "maxLength": 5}, "maxProperties": 3}
    wanted = "self.transformMapEntry(k, v, {v: k}).size() == self.size()"
    tried(api, texts | rule(wanted), {"a": "x", "b": "y"}, {"a": "x", "b": "x"})


@behaviour
def macros_that_are_none(api: Side) -> None:
    for text in (
        "self.sortBy(1, 2) == self",
        "self.sortBy(x, [x]) == self",
        "self.transformMapEntry(i, v, v).size() > 0",
    ):
        schema = spec_of({"f": {"type": "array", "items": WHOLE, "maxItems": 5} | rule(text)})
        api.post(DEFINITIONS, kind_of(api, schema), dryRun="All")
