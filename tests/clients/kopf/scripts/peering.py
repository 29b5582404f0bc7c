"""Peering: of several operators the one with the highest priority works, the others wait."""

from contextlib import ExitStack

from ..session import Kopf, script


def peering(api: Kopf, name: str, *, everywhere: bool = False) -> str:
    kind = "ClusterKopfPeering" if everywhere else "KopfPeering"
    place = "" if everywhere else f"namespaces/{api.namespace}/"
    path = f"/apis/kopf.dev/v1/{place}{kind.lower()}s"
    api.ask(path, "POST", {"apiVersion": "kopf.dev/v1", "kind": kind, "metadata": {"name": name}})
    return f"{path}/{name}"


def peers(api: Kopf, path: str) -> list[int]:
    found = api.ask(path).get("status") or {}
    return sorted(one["priority"] for one in found.values())


@script
def taken_over(api: Kopf) -> None:
    play(api, peering(api, "tried"), "tried", everywhere=False)


@script
def taken_over_everywhere(api: Kopf) -> None:
    play(api, peering(api, "tried-everywhere", everywhere=True), "tried-everywhere", everywhere=True)


def play(api: Kopf, path: str, name: str, *, everywhere: bool) -> None:
    def among(who: str, priority: int) -> list[str]:
        return ["--peering", name, "--priority", str(priority)]

    with ExitStack() as stack:
        low = stack.enter_context(api.operator("peering", *among("low", 10), everywhere=everywhere, OPERATOR="low"))
        api.create("first")
        assert "low" == api.note("first", api.settled("first", "created"))["status"]["created"]
        with api.operator("peering", *among("high", 20), everywhere=everywhere, OPERATOR="high") as high:
            low.says("Pausing operations")
            assert [10, 20] == api.note("peers", peers(api, path))
            api.create("second")
            assert "high" == api.note("second", api.settled("second", "created"))["status"]["created"]
        assert [line["name"] for line in high.lines] == ["second"]
        low.says("Resuming operations")
        assert [10] == api.note("peers afterwards", peers(api, path))
        api.create("third")
        assert "low" == api.note("third", api.settled("third", "created"))["status"]["created"]
    assert not peers(api, path)
    assert ["first", "third"] == [line["name"] for line in low.lines]


@script
def frozen(api: Kopf) -> None:
    """``kopf freeze`` lets operators wait until ``kopf resume``."""
    path = peering(api, "frozen")
    with api.operator("peering", "--peering", "frozen", "--priority", "10", OPERATOR="it") as operator:
        api.command("freeze", "--peering", "frozen", "--id", "person", "--lifetime", "60", "--priority", "100")
        operator.says("Pausing operations")
        assert [10, 100] == api.note("peers", peers(api, path))
        api.create("one")
        api.command("resume", "--peering", "frozen", "--id", "person")
        operator.until("create")
        api.note("handled", api.settled(status="created"))
