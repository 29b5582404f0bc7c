"""One of the two servers, and what was said with it."""

import gzip
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from multidict import CIMultiDict

from harness.clusters.cluster import Address

from .connections import Connection, Place, Socket
from .formats import read
from .hooks import Hooks
from .masking import Mask, headers

MERGE = {"content-type": "application/merge-patch+json"}
JSON_PATCH = {"content-type": "application/json-patch+json"}
STRATEGIC = {"content-type": "application/strategic-merge-patch+json"}
APPLY = {"content-type": "application/apply-patch+yaml"}

ACCESS_REVIEWS = "/apis/authorization.k8s.io/v1/subjectaccessreviews"

_ANSWER_S = 60
_TOO_MANY, _BEGINNING = 429, b"storage is (re)initializing"
_GZIP = b"\x1f\x8b"
_PROBE = "probe-"
"""What `Side.collected` has collected."""


class Target(str):
    """A path that is sent as it is, percent signs and all."""

    __slots__ = ()


@dataclass(frozen=True)
class Answer:
    """A reply. ``json`` is None when it is no JSON."""

    status: int
    headers: Mapping[str, str]
    text: bytes
    json: Any

    @property
    def version(self) -> str:
        return self.json["metadata"]["resourceVersion"]


class Side:
    """A server, to which a behaviour talks in a namespace of its own.

    :ivar hooks: webhooks that both servers can call.
    :ivar namespace: the same on both sides.
    :ivar transcript: what was asked and answered, masked.
    """

    def __init__(self, place: Place, namespace: str, hooks: Hooks | None = None) -> None:
        self._hooks = hooks
        self._connection: Connection = (
            Socket(place, patience_s=_ANSWER_S) if isinstance(place, Address) else place.connect()
        )
        self._token, self._mask = place.token, Mask(place.token or "")
        self.namespace = namespace
        self._last: list[Callable[[], None]] = []
        self.transcript: list[dict[str, Any]] = []

    @property
    def things(self) -> str:
        return f"/apis/ex.dev/v1/namespaces/{self.namespace}/things"

    @property
    def config_maps(self) -> str:
        return f"/api/v1/namespaces/{self.namespace}/configmaps"

    def core(self, plural: str) -> str:
        """Return the path of a namespaced collection of the core group."""
        return f"/api/v1/namespaces/{self.namespace}/{plural}"

    @property
    def deployments(self) -> str:
        return f"/apis/apps/v1/namespaces/{self.namespace}/deployments"

    def setup(self, path: str, body: Any) -> Answer:
        """Create something that is not part of the behaviour."""
        answer = self._exchange("POST", path, body, {}, {})
        assert answer.status == 201, answer.text
        return answer

    def changed(self, path: str, patch: Any, collection: str) -> None:
        """Patch a definition, which is not part of the behaviour, and wait until its ``collection`` is served by it.

        The schema that is published tells: it is made of the same definition, at the same moment.
        """
        before = self._exchange("GET", self._published(collection), None, {}, {})
        answer = self._exchange("PATCH", path, patch, MERGE, {})
        assert answer.status == 200, answer.text
        if before.status == 200:  # otherwise nothing is published, and nothing to be waited for
            self.until(self._published(collection), lambda found: found != before.json)

    def _published(self, collection: str) -> str:
        return "/openapi/v3" + collection.partition("/namespaces/")[0]

    def until(self, path: str, holds: Callable[[Any], bool]) -> None:
        """Read until what is read is there and as wanted: the real server takes a moment to serve a changed definition."""
        deadline = time.monotonic() + _ANSWER_S
        while time.monotonic() < deadline:
            answer = self._exchange("GET", path, None, {}, {})
            if answer.status == 200 and holds(answer.json):
                return
        raise AssertionError(f"{path} has not come to be as wanted")

    def aside(self, method: str, path: str, body: Any = None, head: Any = None, **query: str) -> Answer:
        """Send a request that is not part of the behaviour."""
        return self._exchange(method, path, body, head or {}, query)

    def peek(self, path: str) -> Answer:
        """Read something that is not part of the behaviour."""
        return self.aside("GET", path)

    def request(self, method: str, path: str, body: Any = None, *, head: Any = None, query: Any = None) -> Answer:
        """Send one request and write down the answer; ``body`` is JSON, or bytes as they are.

        :param head: headers; one whose value is None is not sent, one with a list is sent once for each.
        """
        answer = self._exchange(method, path, body, head or {}, query or {})
        text = answer.text.decode("utf-8", "replace")
        self.transcript.append(
            {
                "asked": f"{method} {path}",
                "status": answer.status,
                "headers": headers(dict(answer.headers)),
                "body": self._mask(answer.json if answer.json is not None else text),
            }
        )
        return answer

    def get(self, path: str, **query: str) -> Answer:
        return self.request("GET", path, query=query)

    def post(self, path: str, body: Any, **query: str) -> Answer:
        return self.request("POST", path, body, query=query)

    def put(self, path: str, body: Any, **query: str) -> Answer:
        return self.request("PUT", path, body, query=query)

    def merge(self, path: str, body: Any, **query: str) -> Answer:
        return self.request("PATCH", path, body, head=MERGE, query=query)

    def json_patch(self, path: str, *operations: Any) -> Answer:
        return self.request("PATCH", path, list(operations), head=JSON_PATCH)

    def strategic(self, path: str, body: Any, **query: str) -> Answer:
        return self.request("PATCH", path, body, head=STRATEGIC, query=query)

    def apply(self, path: str, body: Any, manager: str = "applier", **query: str) -> Answer:
        """Apply a configuration; it goes to the object of its name below ``path``, a collection, unless it has none."""
        name = (
            f"/{body['metadata']['name']}" if isinstance(body, dict) and "name" in (body.get("metadata") or {}) else ""
        )
        return self.request("PATCH", f"{path}{name}", body, head=APPLY, query={"fieldManager": manager} | query)

    def delete(self, path: str, body: Any = None, **query: str) -> Answer:
        return self.request("DELETE", path, body, query=query)

    def events(self, path: str, **query: str) -> None:
        """Watch until the server ends it, a second later, and write down what came."""
        answer = self._exchange("GET", path, None, {}, {"watch": "true", "timeoutSeconds": "1"} | query)
        lines = [json.loads(line) for line in answer.text.splitlines()]
        self.transcript.append(
            {"asked": f"WATCH {path}", "status": answer.status, "events": [self._mask(line) for line in lines]}
        )

    def lives(self, path: str, since: str, *names: str) -> None:
        """Write down what has become of each object of a collection since a version, or of those with these ``names``.

        The order of events of different objects is left to chance by controllers that work side by side.
        """
        query = {"watch": "true", "timeoutSeconds": "1", "resourceVersion": since}
        found: dict[str, list[Any]] = {}
        for line in map(json.loads, self._exchange("GET", path, None, {}, query).text.splitlines()):
            name = line["object"].get("metadata", {}).get("name", "")
            if name in names or not (names or name.startswith(_PROBE)):
                found.setdefault(name, []).append(line)
        self.transcript += [
            {"asked": f"LIFE {path}/{name}", "events": self._mask(found[name])} for name in sorted(found)
        ]

    def ends(self, *paths: str) -> None:
        """Wait until none of these is there any more."""
        for path in paths:
            self.in_time(path, lambda answer: answer.status == 404)

    def appears(self, path: str, field_selector: str) -> None:
        """Wait until there is something that a selector matches, and write down what."""
        end = time.monotonic() + _ANSWER_S
        while not (items := self._exchange("GET", path, None, {}, {"fieldSelector": field_selector}).json["items"]):
            assert time.monotonic() < end, f"nothing in {path} has {field_selector}"
            time.sleep(0.1)  # a poll of a server in another process
        for one in items:
            one["metadata"]["name"] = one["metadata"]["name"].rpartition(".")[
                0
            ]  # what follows is a time, or drawn at random
        self.transcript.append({"asked": f"{path}?{field_selector}", "items": self._mask(items)})

    def collected(self, *more: tuple[str, dict[str, Any]]) -> None:
        """Wait until the collector must have heard of all that is there: one that follows it has been collected.

        The real one watches each kind by itself; until it knows of a dependent, it lets the owner go alone. Of a new kind it
        hears within half a minute.

        :param more: where objects of other kinds are, and their kind and version.
        """
        uid = "0b7e7f04-9d15-4a6c-8d7a-3a1d1e9affff"
        gone = {"apiVersion": "v1", "kind": "ConfigMap", "name": "never", "uid": uid}
        things: dict[str, Any] = {"apiVersion": "ex.dev/v1", "kind": "Thing"}
        for collection, kind in ((self.config_maps, {}), (self.things, things), *more):
            probe = kind | {"metadata": {"generateName": _PROBE, "ownerReferences": [gone]}}
            name = self.setup(collection, probe).json["metadata"]["name"]
            self.ends(f"{collection}/{name}")

    @property
    def hooks(self) -> Hooks:
        assert self._hooks is not None, "played without webhooks"
        return self._hooks

    def reviews(self, *, users: bool = True, attempts: bool = True) -> None:
        """Write down what the webhooks were asked since the last time; ``users`` tells whether by whom.

        The real controllers here have no accounts of their own, as those of a cluster have, and ours. Without ``attempts`` only the last
        review of several about the same is written down: a controller may try on a version that is not the newest any more.
        """
        found: dict[object, tuple[str, dict[str, Any]]] = {}
        for path, review in self.hooks.asked:
            request = review["request"]
            if not users:
                request.pop("userInfo", None)
            names = ("operation", "resource", "subResource", "namespace", "name")
            found[len(found) if attempts else json.dumps([request.get(name) for name in names])] = (path, review)
        for path, review in found.values():
            if "canary" not in json.dumps(review):
                self.transcript.append({"asked": f"REVIEW {path}", "body": self._mask(review)})
        self.hooks.asked.clear()

    def awaited(self, method: str, path: str, body: Any, *, status: int, **query: str) -> None:
        """Repeat a request, not part of the behaviour, until it is answered so: what is configured takes effect a little later."""
        deadline = time.monotonic() + _ANSWER_S
        while (answer := self._exchange(method, path, body, {}, query)).status != status:
            assert time.monotonic() < deadline, answer.text
            time.sleep(0.05)  # a poll of a server in another process

    def labelled(self, path: str, body: Any, label: str) -> None:
        """Pretend to create an object, which is not part of the behaviour, until somebody gives it a label."""
        deadline = time.monotonic() + _ANSWER_S
        while True:
            answer = self._exchange("POST", path, body, {}, {"dryRun": "All"})
            if answer.status == 201 and label in (answer.json["metadata"].get("labels") or {}):
                return
            assert time.monotonic() < deadline, answer.text
            time.sleep(0.05)  # a poll of a server in another process

    def known(self, path: str, body: Any) -> None:
        """Pretend to create an object, which is not part of the behaviour, until policies can change those of its kind.

        The real server looks every five seconds which kinds there are.
        """
        deadline = time.monotonic() + _ANSWER_S
        while (answer := self._exchange("POST", path, body, {}, {"dryRun": "All"})).status == 503:
            assert time.monotonic() < deadline, answer.text
            time.sleep(0.1)  # a poll of a server in another process

    def refused(self, path: str, body: Any) -> None:
        """Pretend to create an object, which is not part of the behaviour, until that is refused."""
        self.awaited("POST", path, body, status=403, dryRun="All")

    def warned(self, method: str, path: str, body: Any, *, text: str, **query: str) -> None:
        """Repeat a request, not part of the behaviour, until it is answered with a warning that contains ``text``."""
        deadline = time.monotonic() + _ANSWER_S
        while text not in (answer := self._exchange(method, path, body, {}, query)).headers.get("warning", ""):
            assert time.monotonic() < deadline, answer.text
            time.sleep(0.05)  # a poll of a server in another process

    def again(self, path: str, head: Any = None) -> None:
        """Ask for a document, and once more with its ETag; write down what a cache goes by."""
        tag = ""
        for condition in ({}, {"if-none-match": '"other"'}, None):
            answer = self._exchange(
                "GET", path, None, (head or {}) | ({"if-none-match": tag} if condition is None else condition), {}
            )
            tag = answer.headers.get("etag", "")
            kept = {name: answer.headers.get(name) for name in ("cache-control", "vary", "content-type")}
            self.transcript.append({"asked": f"GET {path}", "status": answer.status, "headers": kept, "tag": bool(tag)})

    def in_order(self, path: str, method: str = "GET", body: Any = None) -> None:
        """Ask, and write down in which order the fields come; those of fieldsV1 are not looked at."""
        answer = self._exchange(method, path, body, {}, {})
        self.transcript.append({"asked": f"{method} {path}", "status": answer.status, "order": _order(answer.json)})

    def laid_out(self, path: str, method: str = "GET", body: Any = None, **query: str) -> None:
        """Ask, and write down how the reply is laid out, which those see who print it."""
        answer = self._exchange(method, path, body, {}, query)
        layout = {"ends in a newline": answer.text.endswith(b"\n"), "indented": b"\n " in answer.text}
        self.transcript.append({"asked": f"{method} {path}", "status": answer.status, **layout})

    def defined(self, definition: Any, version: str = "v1", *, published: bool = False) -> None:
        """Create a definition that is not part of the behaviour, and wait until its kind is served and discovered.

        ``published`` waits for its OpenAPI, too.
        """
        self.setup("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", definition)
        group, plural = definition["spec"]["group"], definition["spec"]["names"]["plural"]
        for path in (f"/apis/{group}", f"/apis/{group}/{version}/{plural}", f"/openapi/v3/apis/{group}/{version}"):
            if published or "openapi" not in path:
                self.in_time(path, lambda answer: answer.status == 200)

    def in_time(self, path: str, wanted: Callable[[Answer], bool]) -> None:
        """Ask until the answer is as ``wanted``; what is asked is no part of the behaviour."""
        ends = time.monotonic() + _ANSWER_S
        while not wanted(self._exchange("GET", path, None, {}, {})):
            assert time.monotonic() < ends, f"{path} does not become as wanted"
            time.sleep(0.1)

    def gone(self, path: str) -> None:
        """Delete something that is not part of the behaviour."""
        answer = self._exchange("DELETE", path, None, {}, {})
        assert answer.status == 200, answer.text

    def until_allowed(self, user: str, verb: str, resource: str = "", *, allowed: bool = True, **more: str) -> None:
        """Wait until roles and bindings have come to the authorizer: the real one hears of them a moment after the write.

        :param more: further ``resourceAttributes``, such as ``group`` and ``name``; ``path`` in place of a resource.
        """
        wish = {"verb": verb, "resource": resource, "namespace": self.namespace} | more
        spec = {"nonResourceAttributes" if "path" in more else "resourceAttributes": wish, "user": user}
        if "path" in more:
            spec["nonResourceAttributes"] = {"verb": verb, "path": more["path"]}
        review = {"apiVersion": "authorization.k8s.io/v1", "kind": "SubjectAccessReview", "spec": spec}
        end = time.monotonic() + _ANSWER_S
        while self.setup(ACCESS_REVIEWS, review).json["status"]["allowed"] is not allowed:
            assert time.monotonic() < end, f"{user} {verb} {resource} never became {allowed}"

    @property
    def token(self) -> str:
        """The administrator's."""
        return self._token or ""

    def note(self, found: Any) -> None:
        """Write down something that is inside of an answer."""
        self.transcript.append({"asked": "what it holds", "found": self._mask(found)})

    def at_end(self, action: Callable[[], None]) -> None:
        """Do something when the behaviour is over, however it ends."""
        self._last.append(action)

    def close(self) -> None:
        try:
            while self._last:
                self._last.pop()()
        finally:
            self._connection.close()

    def _exchange(self, method: str, path: str, body: Any, head: Any, query: Any) -> Answer:
        data = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        standard = {
            "accept-encoding": "identity",
            "user-agent": "conformance/1.0",
            "content-type": "application/json",
            "authorization": f"Bearer {self._token}",
        }
        target = (path if isinstance(path, Target) else quote(path)) + ("?" + urlencode(query) if query else "")
        end = time.monotonic() + _ANSWER_S
        while True:
            status, received, text = self._connection.exchange(method, target, data, _headers(standard | head))
            if status != _TOO_MANY or _BEGINNING not in text or time.monotonic() > end:
                break  # else a definition has just changed: what is asked is not being served yet
            time.sleep(0.1)  # a poll of a server in another process
        found: dict[str, str] = {}
        if text[:2] == _GZIP:
            text = gzip.decompress(text)  # the in-memory client has done so by itself
        for name, value in received:  # repeated ones mean what one with commas means (RFC 9110, 5.3)
            found[name.lower()] = f"{found[name.lower()]}, {value}" if name.lower() in found else value
        return Answer(status, found, text, read(found.get("content-type", ""), text))


def _headers(given: Mapping[str, Any]) -> Any:
    found: CIMultiDict[str] = CIMultiDict()
    for name, value in given.items():
        for one in value if isinstance(value, (list, tuple)) else [value]:
            if one is not None:
                found.add(name, one)
    return found


def _order(value: Any) -> Any:
    if isinstance(value, list):
        return [_order(one) for one in value]
    if not isinstance(value, dict):
        return None
    return [[key, None if key == "fieldsV1" else _order(one)] for key, one in value.items()]
