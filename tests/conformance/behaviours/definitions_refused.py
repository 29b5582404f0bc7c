"""CustomResourceDefinitions that are refused: names, versions, columns, subresources, conversion."""

from typing import Any

from ..kinds import define, kind_of, spec_of
from ..samples import DEFINITIONS
from ..script import behaviour
from ..side import Side

SPEC = spec_of({"owner": {"type": "string"}, "parts": {"type": "array", "items": {"type": "string"}}})


def refused(api: Side, *definitions: Any) -> None:
    """Post definitions, none of which is to be stored."""
    for definition in definitions:
        api.post(DEFINITIONS, definition, dryRun="All")


def changed(api: Side, **spec: Any) -> dict[str, Any]:
    """Return a definition with other fields in its spec."""
    definition = kind_of(api, SPEC)
    definition["spec"] |= spec
    return definition


@behaviour
def without_a_schema(api: Side) -> None:
    definition = kind_of(api)
    del definition["spec"]["versions"][0]["schema"]
    refused(api, definition, kind_of(api, schema={}))


@behaviour
def without_versions(api: Side) -> None:
    refused(api, changed(api, versions=[]))


@behaviour
def versions_twice_or_badly_named(api: Side) -> None:
    twice = kind_of(api, SPEC)
    twice["spec"]["versions"] *= 2
    refused(api, twice, kind_of(api, SPEC, name="widgets", storage=False))
    named = kind_of(api, SPEC)
    named["spec"]["versions"][0]["name"] = "V_1"
    refused(api, named)


@behaviour
def two_versions_with_different_schemas(api: Side) -> None:
    definition = kind_of(api, SPEC)
    other = {"name": "v2", "served": True, "storage": False, "schema": {"openAPIV3Schema": {"type": "array"}}}
    definition["spec"]["versions"].append(other)
    refused(api, definition)


@behaviour
def two_versions_that_store(api: Side) -> None:
    definition = kind_of(api, SPEC)
    definition["spec"]["versions"].append(definition["spec"]["versions"][0] | {"name": "v2"})
    refused(api, definition)


@behaviour
def a_name_that_is_not_plural_and_group(api: Side) -> None:
    definition = kind_of(api, SPEC)
    definition["metadata"]["name"] = "others.example.dev"
    refused(api, definition)
    definition["metadata"]["name"] = "Others"
    refused(api, definition)


@behaviour
def groups(api: Side) -> None:
    for group in ("", "nodots", "Upper.dev"):
        definition = changed(api, group=group)
        definition["metadata"]["name"] = f"widgets.{group}"
        refused(api, definition)


@behaviour
def scopes(api: Side) -> None:
    refused(api, changed(api, scope=""), changed(api, scope="Galaxy"))


@behaviour
def names(api: Side) -> None:
    for names in (
        {"plural": "widgets", "kind": "widgets_"},
        {"plural": "widgets", "kind": "Widget", "listKind": "Widget"},
        {
            "plural": "widgets",
            "kind": "Widget",
            "singular": "Widget",
            "shortNames": ["W", "w.x"],
            "categories": ["All"],
        },
        {"plural": "widgets", "kind": ""},
    ):
        refused(api, changed(api, names=names))


@behaviour
def unknown_fields_preserved_everywhere(api: Side) -> None:
    refused(api, changed(api, preserveUnknownFields=True))


@behaviour
def columns(api: Side) -> None:
    for column in (
        {"name": "", "type": "", "jsonPath": ""},
        {"name": "A", "type": "text", "jsonPath": "spec.owner", "format": "odd"},
        {"name": "A", "type": "date", "jsonPath": ".", "format": "binary", "priority": 1},
    ):
        refused(api, kind_of(api, SPEC, additionalPrinterColumns=[column]))


@behaviour
def selectable_fields(api: Side) -> None:
    for path in (
        "",
        "spec.owner",
        ".spec.nothing",
        ".spec.parts",
        ".metadata.name",
        ".spec['owner']",
        ".spec.owner.x",
        ".",
    ):
        refused(api, kind_of(api, SPEC, selectableFields=[{"jsonPath": path}]))
    refused(api, kind_of(api, SPEC, selectableFields=[{"jsonPath": ".spec.owner"}] * 2))


@behaviour
def too_many_selectable_fields(api: Side) -> None:
    schema = spec_of({f"f{index}": {"type": "string"} for index in range(9)})
    refused(api, kind_of(api, schema, selectableFields=[{"jsonPath": f".spec.f{index}"} for index in range(9)]))


@behaviour
def scales(api: Side) -> None:
    for scale in (
        {"specReplicasPath": "", "statusReplicasPath": ""},
        {"specReplicasPath": "spec.replicas", "statusReplicasPath": ".spec.replicas"},
        {"specReplicasPath": ".status.a", "statusReplicasPath": ".status.b", "labelSelectorPath": ".metadata.labels"},
    ):
        refused(api, kind_of(api, SPEC, subresources={"scale": scale}))


@behaviour
def conversions(api: Side) -> None:
    for conversion in (
        {"strategy": "Odd"},
        {"strategy": ""},
        {"strategy": "Webhook"},
        {"strategy": "Webhook", "webhook": {"conversionReviewVersions": []}},
        {"strategy": "Webhook", "webhook": {"conversionReviewVersions": ["v9", "v9"], "clientConfig": {}}},
        {"strategy": "None", "webhook": {"conversionReviewVersions": ["v1"], "clientConfig": {"url": "https://a.b"}}},
    ):
        refused(api, changed(api, conversion=conversion))


@behaviour
def urls_and_services_of_webhooks(api: Side) -> None:
    for client in (
        {"url": "http://u@a.b/c?d#e"},
        {"url": "https:///x"},
        {"service": {"name": "", "namespace": "", "port": 0, "path": "//"}},
        {"service": {"name": "a", "namespace": "b", "path": "x//y"}},
        {"service": {"name": "a", "namespace": "b"}, "url": "https://a.b"},
    ):
        webhook = {"conversionReviewVersions": ["v1"], "clientConfig": client}
        refused(api, changed(api, conversion={"strategy": "Webhook", "webhook": webhook}))


@behaviour
def deprecation_warnings(api: Side) -> None:
    for deprecated, warning in ((False, "old"), (True, ""), (True, "x" * 257), (True, "a\nb")):
        refused(api, kind_of(api, SPEC, deprecated=deprecated, deprecationWarning=warning))


@behaviour
def groups_of_the_community(api: Side) -> None:
    for annotation in (None, "soon", "https://github.com/kubernetes/kubernetes/pull/1", "unapproved, a test"):
        definition = changed(api, group="refused.k8s.io")
        definition["metadata"] = {"name": "widgets.refused.k8s.io"}
        if annotation:
            definition["metadata"]["annotations"] = {"api-approved.kubernetes.io": annotation}
        refused(api, definition)


@behaviour
def a_definition_twice(api: Side) -> None:
    define(api, kind_of(api, SPEC))
    api.post(DEFINITIONS, kind_of(api, SPEC))
