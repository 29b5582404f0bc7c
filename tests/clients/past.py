"""A past that is forgotten: watches cannot resume from before.

Every server forgets, by the compaction of etcd and when it is started anew, and tells a watch that asks for what is gone: ERROR, with a Status
410. For one kind alone it does so when its definition changes, as its storage starts anew then: so it is done here.
"""

import urllib.error

from .servers import Server, patiently

_TOLD = "Forgotten. "


def forget(server: Server, definition: str, objects: str) -> None:
    """Have a server forget what became of the objects of a kind until now; watches of them have ended when this returns.

    :param definition: the name of the kind's definition.
    :param objects: the path of its objects.
    """
    path = f"/apis/apiextensions.k8s.io/v1/customresourcedefinitions/{definition}"
    since = server.ask(objects)[1]["metadata"]["resourceVersion"]
    watched = f"{objects}?watch=true&resourceVersion={since}"

    def forgotten() -> bool:
        try:
            with server.opened(f"{watched}&timeoutSeconds=1") as answer:
                return b'"code":410' in answer.read()
        except urllib.error.HTTPError as refusal:
            if refusal.code != 429:  # its storage is about to start
                raise
            return False

    with server.opened(watched) as running:
        versions = server.ask(path)[1]["spec"]["versions"]
        schema = versions[0]["schema"]["openAPIV3Schema"]
        # Not a name: those are accepted by and by, and storage would start twice. What others read of it is the same on all servers.
        schema["description"] = _TOLD * (schema.get("description", "").count(_TOLD) + 1)
        status, answer = server.ask(path, "PATCH", {"spec": {"versions": versions}})
        assert status == 200, answer
        patiently(forgotten, what="it remembers")
        running.read()  # its end
