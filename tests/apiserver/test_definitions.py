"""Custom resource definitions: accepted, refused, changed, deleted."""

import copy
from datetime import timedelta

import pytest

from .fronts import Api
from .samples import ALL_THINGS, CONFIG_MAPS, CRDS, SCHEMA, THINGS, definition, thing

THINGS_CRD = f"{CRDS}/things.ex.dev"
AT = "spec.validation.openAPIV3Schema"


def with_schema(**properties) -> dict:
    return definition({"type": "object", "properties": {"spec": {"type": "object", "properties": properties}}}) | {}


def plain(crd: dict) -> dict:
    """The definition without the selectable field, which a test's schema may not have."""
    del crd["spec"]["versions"][0]["selectableFields"]
    return crd


def test_a_definition_is_established_before_the_reply(bare: Api) -> None:
    """The reply tells of the definition as it was stored first; what is read right after it is established and served."""
    created = bare.post(CRDS, definition())
    answer = bare.get(THINGS_CRD)

    conditions = {c["type"]: c["status"] for c in answer.json["status"]["conditions"]}
    assert {"NamesAccepted": "True", "Established": "True"} == conditions
    assert created.json["status"]["conditions"] is None
    assert ["v1"] == answer.json["status"]["storedVersions"]
    assert ("thing", "ThingList") == (
        answer.json["spec"]["names"]["singular"],
        answer.json["spec"]["names"]["listKind"],
    )
    assert 201 == bare.post(THINGS, thing()).status


def test_discovery_changes_at_once(bare: Api) -> None:
    """Kopf re-scans a group when a definition changes; it must see the change."""
    before = [group["name"] for group in bare.get("/apis").json["groups"]]
    bare.post(CRDS, definition())

    rows = {row["name"]: row for row in bare.get("/apis/ex.dev/v1").json["resources"]}

    assert "ex.dev" not in before
    assert {"things", "things/status"} == set(rows)
    assert (["th"], ["all"], "Thing") == (
        rows["things"]["shortNames"],
        rows["things"]["categories"],
        rows["things"]["kind"],
    )
    assert ["get", "patch", "update"] == rows["things/status"]["verbs"]


@pytest.mark.parametrize(
    ("properties", "field", "message"),
    [
        ({"a": {}}, "properties[a].type", "Required value: must not be empty for specified object fields"),
        ({"a": {"type": "array"}}, "properties[a].items", "Required value: must be specified"),
        (
            {"a": {"type": "text"}},
            "properties[a].type",
            (
                'Unsupported value: "text": supported values: "array", "boolean", "integer", "number", '
                '"object", "string"'
            ),
        ),
        (
            {"a": {"type": "string", "$ref": "x"}},
            "properties[a].$ref",
            "Forbidden: $ref is not supported",
        ),
        (
            {
                "a": {
                    "type": "object",
                    "properties": {"b": {"type": "string"}},
                    "additionalProperties": {"type": "string"},
                }
            },
            "properties[a].additionalProperties",
            "Forbidden: additionalProperties and properties are mutual exclusive",
        ),
        (
            {"a": {"type": "string", "anyOf": [{"type": "string"}]}},
            "properties[a].anyOf[0].type",
            "Forbidden: must be empty to be structural",
        ),
        (
            {"a": {"type": "array", "x-kubernetes-list-type": "map", "items": {"type": "object"}}},
            "properties[a].x-kubernetes-list-map-keys",
            "Required value: must not be empty if x-kubernetes-list-type is map",
        ),
        (
            {"a": {"type": "array", "uniqueItems": True, "items": {"type": "string"}}},
            "properties[a].uniqueItems",
            "Forbidden: uniqueItems cannot be set to true since the runtime complexity becomes quadratic",
        ),
    ],
)
def test_what_is_not_structural_is_refused(bare: Api, properties: dict, field: str, message: str) -> None:
    """KEP-1979: a schema that pruning and defaulting cannot rely on is no schema."""
    answer = bare.post(CRDS, plain(with_schema(**properties)))

    assert (422, "Invalid") == (answer.status, answer.json["reason"])
    assert (f"{AT}.properties[spec].{field}", message) in answer.causes
    assert 404 == bare.get(THINGS_CRD).status


def test_what_a_group_validates_must_be_specified_outside_of_it(bare: Api) -> None:
    """Completeness: pruning goes by the specification alone, so a group cannot introduce a field."""
    schema = {"type": "object", "allOf": [{"properties": {"b": {"minimum": 1}}}]}

    answer = bare.post(CRDS, plain(definition(schema, subresources={})))

    why = f"Required value: because it is defined in {AT}.allOf[0].properties[b]"
    assert [(f"{AT}.properties[b]", why)] == answer.causes


@pytest.mark.parametrize("rule", ["self.a +", "nothing(self)", "'text'"])
def test_a_rule_that_does_not_compile_is_refused(bare: Api, rule: str) -> None:
    """A rule that cannot run would either never hold or always: neither is what its author meant."""
    field = {"type": "string", "x-kubernetes-validations": [{"rule": rule}]}

    answer = bare.post(CRDS, plain(with_schema(a=field)))

    assert 422 == answer.status
    assert [f"{AT}.properties[spec].properties[a].x-kubernetes-validations[0].rule"] == [f for f, _ in answer.causes]


def test_old_self_is_refused_where_nothing_can_be_correlated(bare: Api) -> None:
    """The elements of an atomic list have no old value."""
    items = {"type": "string", "maxLength": 9, "x-kubernetes-validations": [{"rule": "self == oldSelf"}]}

    answer = bare.post(CRDS, plain(with_schema(a={"type": "array", "items": items})))

    field = f"{AT}.properties[spec].properties[a]"
    why = (
        'Invalid value: "self == oldSelf": oldSelf cannot be used on the uncorrelatable portion of the schema within '
        f"{field}"
    )
    assert [(f"{field}.items.x-kubernetes-validations[0].rule", why)] == answer.causes


def test_the_name_of_a_definition_is_plural_and_group(bare: Api) -> None:
    """Its name is its identity."""
    crd = definition()
    crd["metadata"]["name"] = "thongs.ex.dev"

    answer = bare.post(CRDS, crd)

    assert [
        ("metadata.name", 'Invalid value: "thongs.ex.dev": must be spec.names.plural+"."+spec.group')
    ] == answer.causes


def test_a_selectable_field_must_exist_and_be_a_scalar(bare: Api) -> None:
    """KEP-4358."""
    crd = definition(selectableFields=[{"jsonPath": ".spec.nothing"}, {"jsonPath": ".spec.parts"}])

    answer = bare.post(CRDS, crd)

    missing = 'Invalid value: ".spec.nothing": is an invalid path: does not refer to a valid field'
    no_scalar = (
        'Invalid value: ".spec.parts": must point to a field of type string, boolean or integer. Enum string fields '
        "and strings with formats are allowed."
    )
    fields = [f"spec.selectableFields[{index}].jsonPath" for index in (0, 1)]
    assert list(zip(fields, (missing, no_scalar), strict=True)) == answer.causes


@pytest.mark.parametrize("spec", [None, {}])
def test_an_empty_definition_is_refused_field_by_field(bare: Api, spec) -> None:
    """Nonsense in, a Status out."""
    answer = bare.post(CRDS, {"metadata": {"name": "things.ex.dev"}, "spec": spec})

    assert (422, "Invalid") == (answer.status, answer.json["reason"])


@pytest.mark.parametrize("spec", [{"versions": "x"}, {"names": 1}, {"versions": [{"schema": {"openAPIV3Schema": []}}]}])
def test_a_definition_of_another_shape_is_refused_by_the_decoder(bare: Api, spec) -> None:
    """What is no definition at all does not come as far as its rules."""
    answer = bare.post(CRDS, {"metadata": {"name": "things.ex.dev"}, "spec": spec})

    assert (400, "BadRequest") == (answer.status, answer.json["reason"])


def test_a_changed_schema_governs_what_is_stored_already(api: Api) -> None:
    """Defaults of a new schema appear on read; nothing is rewritten."""
    before = api.post(THINGS, thing()).version
    schema = copy.deepcopy(SCHEMA)
    schema["properties"]["spec"]["properties"]["colour"] = {"type": "string", "default": "red"}
    crd = api.get(THINGS_CRD).json
    crd["spec"]["versions"][0]["schema"]["openAPIV3Schema"] = schema

    assert 200 == api.put(THINGS_CRD, crd).status

    read = api.get(f"{THINGS}/one")
    assert ("red", before) == (read.json["spec"]["colour"], read.version)
    assert "red" == api.get(THINGS).json["items"][0]["spec"]["colour"]


def test_a_new_selectable_field_finds_what_is_stored_already(api: Api) -> None:
    """The index is built from the stored objects."""
    api.post(THINGS, thing("a", size=3))
    api.post(THINGS, thing("b", size=4))

    api.json_patch(
        THINGS_CRD, {"op": "add", "path": "/spec/versions/0/selectableFields/-", "value": {"jsonPath": ".spec.size"}}
    )

    found = api.get(THINGS, fieldSelector="spec.size=4").json["items"]
    assert ["b"] == [item["metadata"]["name"] for item in found]


def test_versions_of_one_kind_share_their_objects(bare: Api) -> None:
    """Conversion None: written in one version, read in the other, with the same version number."""
    crd = definition()
    second = copy.deepcopy(crd["spec"]["versions"][0]) | {"name": "v1beta1", "storage": False}
    crd["spec"]["versions"].append(second)
    bare.post(CRDS, crd)
    beta = "/apis/ex.dev/v1beta1/namespaces/default/things"

    created = bare.post(THINGS, thing())
    read = bare.get(f"{beta}/one")

    assert ("ex.dev/v1beta1", created.version) == (read.json["apiVersion"], read.version)
    assert ["v1", "v1beta1"] == [v["version"] for v in bare.get("/apis/ex.dev").json["versions"]]


def test_what_identifies_a_kind_is_immutable(api: Api) -> None:
    """Objects are stored under it."""
    answer = api.merge(THINGS_CRD, {"spec": {"scope": "Cluster"}})

    assert [("spec.scope", 'Invalid value: "Cluster": field is immutable')] == answer.causes


def test_a_deleted_definition_takes_its_objects_along(api: Api) -> None:
    """Paths, objects and watches go; the kind can be defined anew."""
    stream = api.watch(THINGS)
    api.post(THINGS, thing())

    marked = api.delete(THINGS_CRD)
    api.advance(timedelta())

    assert ["customresourcecleanup.apiextensions.k8s.io"] == marked.json["metadata"]["finalizers"]
    assert ["ADDED", "DELETED"] == [event["type"] for event in stream.take(2)]
    assert stream.ended()
    assert (404, b"404 page not found\n") == (api.get(ALL_THINGS).status, api.get(ALL_THINGS).text)
    assert 201 == api.post(CRDS, definition()).status
    assert [] == api.get(ALL_THINGS).json["items"]


def test_a_definition_waits_for_objects_with_finalizers(api: Api) -> None:
    """Their controllers must be able to clean up, while the paths still exist."""
    api.post(THINGS, thing(metadata={"finalizers": ["ex.dev/a"]}))
    api.delete(THINGS_CRD)
    api.advance(timedelta())

    assert 200 == api.get(THINGS_CRD).status
    api.merge(f"{THINGS}/one", {"metadata": {"finalizers": None}})
    api.advance(timedelta())

    assert 404 == api.get(THINGS_CRD).status


def test_a_definition_is_registered_for_those_who_ask(api: Api) -> None:
    """Its APIService is there at the first look, and goes with it; a cluster in which nobody looks has no writes for it."""
    services = "/apis/apiregistration.k8s.io/v1/apiservices"
    before = api.get(CRDS).json["metadata"]["resourceVersion"]
    registered = api.get(f"{services}/v1.ex.dev").json
    api.delete(THINGS_CRD)
    api.advance(timedelta(seconds=1))

    assert int(before) < int(registered["metadata"]["resourceVersion"])
    assert {"group": "ex.dev", "version": "v1"}.items() <= registered["spec"].items()
    assert 404 == api.get(f"{services}/v1.ex.dev").status
    assert 200 == api.get(f"{services}/v1.apps").status


def test_a_changed_definition_ends_watches_of_its_kind_alone(api: Api) -> None:
    """What was seen through the old schema is no ground for what comes: clients list again."""
    seen, other = api.watch(THINGS), api.watch(CONFIG_MAPS)
    since = api.post(THINGS, thing()).version
    seen.take(1)

    api.merge(THINGS_CRD, {"spec": {"names": {"shortNames": ["thg"]}}})
    api.advance(timedelta(seconds=1))

    assert seen.ended()
    [error] = api.watch(THINGS, resourceVersion=since).take(1)
    assert ("ERROR", 410, "Expired") == (error["type"], error["object"]["code"], error["object"]["reason"])
    api.post(CONFIG_MAPS, {"metadata": {"name": "a"}})
    assert "ADDED" == other.take(1)[0]["type"]
