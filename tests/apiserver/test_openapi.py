"""OpenAPI as clients keep it: hashes, what changes with a definition, and what does not."""

from datetime import UTC, datetime, timedelta

import orjson
import pytest

from harness.apiserver import ServerSettings
from harness.apiserver.openapi import component
from harness.apiserver.openapi.components import referred
from harness.apiserver.openapi.custom import published
from harness.apiserver.openapi.yaml_v3 import to_yaml_v3

from .fronts import Api, CoreApi, ManualClock, new_server
from .samples import CRDS as DEFINITIONS

INDEX = "/openapi/v3"


def hashes(api: Api) -> dict[str, str]:
    """Return where each document is."""
    paths = orjson.loads(api.get(INDEX).text)["paths"]
    return {name: found["serverRelativeURL"].partition("?hash=")[2] for name, found in paths.items()}


@pytest.mark.slow
def test_a_document_is_kept_under_the_hash_that_the_index_names(bare: Api) -> None:
    """A client that has it never asks again within a year."""
    known = hashes(bare)["apis/policy/v1"]

    answer = bare.get(f"{INDEX}/apis/policy/v1", hash=known)

    assert (200, "public, immutable", f'"{known}"') == (
        answer.status,
        answer.headers["cache-control"],
        answer.headers["etag"],
    )
    assert "Sun, 24 Jan 2027 15:00:00 UTC" == answer.headers["expires"]


@pytest.mark.slow
def test_version_two_can_be_had_as_protocol_buffers(bare: Api) -> None:
    """The name with an @ is what kubectl asks by; from the answer it tells that a kind is not served."""
    for name in ("spec.v2@v1.0", "spec.v2.v1.0"):
        answer = bare.get("/openapi/v2", headers={"accept": f"application/com.github.proto-openapi.{name}+protobuf"})

        assert (200, "application/com.github.proto-openapi.spec.v2.v1.0+protobuf") == (
            answer.status,
            answer.headers["content-type"],
        )
        assert answer.text.startswith(b"\x0a\x032.0\x12")  # swagger: "2.0", and then the information


def test_a_year_after_a_leap_day_is_a_day_later() -> None:
    """There is no 29 February in the next year."""
    clock = ManualClock()
    clock.now = datetime(2028, 2, 29, 15, 0, tzinfo=UTC)
    core = CoreApi(new_server(clock, ServerSettings()), clock)

    answer = core.get(f"{INDEX}/version", hash=hashes(core)["version"])

    assert "Thu, 01 Mar 2029 15:00:00 UTC" == answer.headers["expires"]


def test_an_old_hash_leads_to_the_new_one(bare: Api) -> None:
    """As the real server redirects, so that nothing is kept under a hash that is not its own."""
    new = hashes(bare)["version"]

    answer = bare.get(f"{INDEX}/version", hash="OLD")  # one of the clients follows by itself

    assert new in {answer.headers.get("location", "").partition("hash=")[2], answer.headers.get("etag", "").strip('"')}


def test_a_definition_changes_its_own_document_alone(api: Api) -> None:
    """The rest stays in the caches of clients."""
    before = hashes(api)
    api.merge(f"{DEFINITIONS}/things.ex.dev", {"spec": {"names": {"shortNames": ["tg"]}}})
    same = hashes(api)
    columns = [{"op": "add", "path": "/spec/versions/0/schema/openAPIV3Schema/description", "value": "Things."}]
    api.json_patch(f"{DEFINITIONS}/things.ex.dev", *columns)
    after = hashes(api)

    assert before == same
    assert ["apis/ex.dev/v1"] == [name for name in after if after[name] != before[name]]


def test_a_kind_that_is_gone_is_published_no_more(api: Api) -> None:
    """Otherwise clients would validate by it."""
    api.delete(f"{DEFINITIONS}/things.ex.dev")
    api.advance(timedelta(seconds=5))

    assert "apis/ex.dev/v1" not in hashes(api)
    assert 404 == api.get(f"{INDEX}/apis/ex.dev/v1").status


def test_types_say_how_their_lists_merge() -> None:
    """Strategic merge and field ownership go by these."""
    containers = component("io.k8s.api.core.v1.PodSpec")["properties"]["containers"]

    assert ("map", ["name"], "name") == (
        containers["x-kubernetes-list-type"],
        containers["x-kubernetes-list-map-keys"],
        containers["x-kubernetes-patch-merge-key"],
    )
    assert "io.k8s.api.core.v1.Container" == referred(containers["items"])
    assert "description" not in containers


def test_publishing_leaves_a_schema_as_it_is() -> None:
    """It is the stored definition's."""
    port = {"x-kubernetes-int-or-string": True}
    schema = {"type": "object", "properties": {"port": port}}

    found = published(schema)

    assert [{"type": "integer"}, {"type": "string"}] == found["properties"]["port"]["anyOf"]
    assert {"x-kubernetes-int-or-string": True} == port


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (
            ["yes", "true", "1e3", "12:30", "2026-01-02", "é", "😀"],
            '- yes\n- "true"\n- "1e3"\n- 12:30\n- "2026-01-02"\n- é\n- "\\U0001F600"\n',
        ),
        ({"rule": "a\n && b", "text": "a \nb"}, 'rule: |-\n    a\n     && b\ntext: "a \\nb"\n'),
        ([" a\nb", "a\n\n"], "- |4-\n   a\n  b\n- |+\n  a\n\n"),
        ([{"b": {"c": [{"d": 1}]}}, [[2], []]], "- b:\n    c:\n        - d: 1\n- - - 2\n  - []\n"),
        ([1.5e-07, 0.00001, 1e21, None], "- 1.5e-7\n- 0.00001\n- 1e+21\n- null\n"),
        ("", '""\n'),
        ("word " * 40 + "end", "word " * 40 + "end\n"),
    ],
)
def test_values_in_protocol_buffers_are_yaml_as_go_writes_it(value: object, written: str) -> None:
    """Taken from the compiler of gnostic 0.7 with yaml.v3 3.0.5."""
    assert written == to_yaml_v3(value).decode()
