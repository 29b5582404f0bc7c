"""Admission: Kopf serves webhooks, and tells the server about them."""

from pathlib import Path

import trustme

from ...servers import patiently
from ..session import Kopf, script

CONFIGURATIONS = "/apis/admissionregistration.k8s.io/v1"
NAME = "tried.kopf.ex.dev"


def certificates(folder: Path) -> None:
    authority = trustme.CA()
    issued = authority.issue_cert("127.0.0.1")
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    issued.private_key_pem.write_to_path(str(folder / "server.key"))
    (folder / "server.pem").write_bytes(b"".join(one.bytes() for one in issued.cert_chain_pems))


@script
def webhooks(api: Kopf) -> None:
    certificates(api.folder)
    with api.operator("admitting", CERTIFICATES=str(api.folder)) as operator:
        configured(api, "validating", 2)
        configured(api, "mutating", 1)
        patiently(lambda: api.server.ask(api.gizmos + "?dryRun=All", "POST", gizmo("black"))[0] == 418)
        before = len(operator.lines)
        painted = api.note("painted", api.create("one"))
        assert ("white", "yes") == (painted["spec"]["colour"], painted["metadata"]["labels"]["painted"])
        refused = api.note("refused", api.server.ask(api.gizmos, "POST", gizmo("black")))
        assert (418, 'admission webhook "judge.tried.kopf.ex.dev" denied the request: black is no colour') == (
            refused[0],
            refused[1]["message"],
        )
        api.note("a change refused", api.server.ask(f"{api.gizmos}/one", "PATCH", {"spec": {"colour": "black"}}))
        _, headers, _ = api.server.answer(api.gizmos, "POST", gizmo("red", name="large", size=10))
        assert '299 - "that is large"' == api.note("warned", headers["warning"])
        api.create("kept", colour="red")
        kept = api.note("kept", api.server.ask(f"{api.gizmos}/kept", "DELETE"))
        assert 500 == kept[0]  # the code of an AdmissionError that names none
        api.delete("one")
        api.note("asked", operator.lines[before:])
    gone = api.note("hooks afterwards", [hooks(api, kind) for kind in ("validating", "mutating")])
    assert [[], []] == gone
    api.note("nobody is asked", api.create("black", colour="black"))
    api.delete("kept")


def gizmo(colour: str, *, name: str = "two", **spec: int) -> dict[str, object]:
    return {
        "apiVersion": "kopf.ex.dev/v1",
        "kind": "Gizmo",
        "metadata": {"name": name},
        "spec": {"colour": colour} | spec,
    }


def configured(api: Kopf, kind: str, count: int) -> None:
    """Wait until Kopf has told the server of its webhooks, and write down how."""
    patiently(lambda: len(hooks(api, kind)) == count)
    found = sorted(hooks(api, kind), key=lambda one: one["name"])
    for one in found:
        assert one["clientConfig"].pop("caBundle")
        assert one["clientConfig"].pop("url").startswith("https://127.0.0.1:")
    api.note(f"{kind} webhooks", found)


def hooks(api: Kopf, kind: str) -> list[dict[str, dict[str, str]]]:
    status, found = api.server.ask(f"{CONFIGURATIONS}/{kind}webhookconfigurations/{NAME}")
    return (found.get("webhooks") or []) if status == 200 else []
