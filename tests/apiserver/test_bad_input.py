"""Hostile and broken requests: a Status each, nothing stored, no trace of the code."""

import json

import pytest

from .fronts import JSON_PATCH, MERGE, Api
from .samples import CONFIG_MAPS, THINGS, thing

ONE = f"{THINGS}/one"


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'"x"', b"\xff\xfe", b'{"kind": 1}', b"{}" * 9])
def test_a_body_that_is_no_object_is_400(api: Api, body: bytes) -> None:
    """Truncated, of another type, not UTF-8."""
    answer = api.post(THINGS, body)

    assert (400, "BadRequest") == (answer.status, answer.json["reason"])
    assert "Traceback" not in answer.json["message"]


@pytest.mark.parametrize(
    "metadata",
    [1, [], {"labels": 1}, {"labels": {"a": 1}}, {"finalizers": "x"}, {"ownerReferences": [1]}, {"name": {"a": 1}}],
)
def test_metadata_of_another_type_is_400(api: Api, metadata) -> None:
    """The decoder knows metadata, whatever the schema says."""
    answer = api.post(THINGS, thing() | {"metadata": metadata})

    assert 400 == answer.status
    assert "json: cannot unmarshal" in answer.json["message"]


@pytest.mark.parametrize("media", ["application/cbor", "text/plain", "application/json; x"])
def test_a_body_in_another_format_is_415(api: Api, media: str) -> None:
    """CBOR is behind a feature gate in 1.36, and off."""
    answer = api.request("POST", CONFIG_MAPS, b"k8s\x00", headers={"content-type": media})

    assert (415, "UnsupportedMediaType") == (answer.status, answer.json["reason"])


def test_a_body_of_ten_megabytes_is_413(api: Api) -> None:
    """The limit is kube-apiserver's; nothing of the body is kept."""
    answer = api.post(CONFIG_MAPS, {"metadata": {"name": "a"}, "data": {"k": "x" * 10_000_000}})

    assert (413, "Request entity too large: limit is 3145728") == (answer.status, answer.json["message"])
    assert 404 == api.get(f"{CONFIG_MAPS}/a").status


@pytest.mark.parametrize("depth", [200, 900, 1200, 10_000])
def test_a_very_deep_body_is_stored_or_refused_in_words(api: Api, depth: int) -> None:
    """Recursion must not be the client's weapon."""
    body = json.dumps(thing())[:-2] + ', "free": ' + '{"a":' * depth + "1" + "}" * depth + "}}"

    answer = api.post(THINGS, body.encode())

    assert (400 if depth == 10_000 else 201) == answer.status
    assert answer.status == 201 or answer.json["reason"] == "BadRequest"


@pytest.mark.parametrize(
    "operation",
    [
        {"op": "add"},
        {"op": "fly", "path": "/spec"},
        {"op": "replace", "path": "/spec/none/deep", "value": 1},
        {"op": "remove", "path": "/spec/none"},
        {"op": "add", "path": "/spec/owner/x", "value": 1},
        {"op": "replace", "path": "", "value": 1},
        {"op": "move", "from": 1, "path": "/a"},
        {"op": "test", "path": "/spec/tags/9", "value": 1},
    ],
)
def test_a_json_patch_that_does_not_apply_is_a_4xx(api: Api, operation: dict) -> None:
    """And leaves the object as it was."""
    before = api.post(THINGS, thing()).version

    answer = api.request("PATCH", ONE, [operation], headers=JSON_PATCH)

    assert answer.status in {400, 422}
    assert before == api.get(ONE).version


@pytest.mark.parametrize(
    "body", [{"metadata": None}, {"metadata": 1}, {"metadata": {"name": None}}, {"kind": None}, {"spec": 1}]
)
def test_a_merge_patch_that_breaks_the_object_is_a_4xx(api: Api, body: dict) -> None:  # fmt: skip
    """Removing what makes it an object."""
    before = api.post(THINGS, thing()).version

    answer = api.request("PATCH", ONE, body, headers=MERGE)

    assert answer.status in {400, 422}
    assert before == api.get(ONE).version


@pytest.mark.parametrize("query", [{"dryRun": "Some"}, {"fieldValidation": "Hard"}, {"fieldManager": "x" * 129}])
def test_options_that_do_not_exist_are_422(api: Api, query: dict[str, str]) -> None:
    """A misspelt dry run must not be a real one."""
    answer = api.request("POST", THINGS, thing(), query=query)

    assert (422, "Invalid") == (answer.status, answer.json["reason"])
    assert 404 == api.get(ONE).status


def test_numbers_beyond_64_bits_do_not_harm(api: Api) -> None:
    """JSON knows no limit; the store does."""
    answer = api.post(THINGS, b'{"apiVersion":"ex.dev/v1","kind":"Thing","metadata":{"name":"one"},'
                              b'"spec":{"owner":"ann","free":{"n":123456789012345678901234567890}}}')  # fmt: skip

    assert 201 == answer.status
