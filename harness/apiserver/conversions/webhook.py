"""A definition's conversion webhook at work: reads what is stored in any version, and writes it back in the one that is stored.

It asks in the course of an attempt (see ``outcalls``), so that a request which needs a conversion is started again with the
answer at hand. Each read of one object asks anew, as kube-apiserver does when it reads its store; lists and watches go by what
has been converted once, as they go by kube-apiserver's watch cache. A webhook never sees a resourceVersion: the store adds it
afterwards.
"""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Final

import orjson

from harness.apiserver.cluster import Cluster
from harness.apiserver.conversions.review import converted, question, version_of_reviews
from harness.apiserver.messages import Object
from harness.apiserver.outcalls import Call, Wanted, call_to
from harness.apiserver.resources import Resource
from harness.apiserver.schema import CompiledSchema, compiled_schema
from harness.apiserver.store import Collection, Entry, Key

_TIMEOUT: Final = timedelta(seconds=30)
_FEW: Final = 64
"""So many conversions of objects that are gone may be kept before it is tidied up."""


class WebhookConverter:
    """The webhook of one definition, as it stands there."""

    def __init__(self, cluster: Cluster, definition: Object) -> None:
        spec = definition["spec"]
        webhook = spec["conversion"]["webhook"]
        self._cluster, self._client = cluster, webhook["clientConfig"]
        self._reviews: list[str] = webhook.get("conversionReviewVersions") or []
        self._name: str = definition["metadata"]["name"]
        self._storage = next(f"{spec['group']}/{one['name']}" for one in spec["versions"] if one.get("storage"))
        self._schemas: Mapping[str, CompiledSchema] = {
            f"{spec['group']}/{one['name']}": compiled_schema(one["schema"]["openAPIV3Schema"])
            for one in spec["versions"]
        }
        self._kept: dict[str, dict[Key, tuple[Entry, Object]]] = {}

    def read(self, value: Object, *, wanted: str) -> Object:
        """Return a stored object in the API version ``wanted``.

        :raises ConversionError: the webhook fails.
        :raises Wanted: it has to be asked first.
        """
        source = value["apiVersion"]
        metadata = {name: item for name, item in value["metadata"].items() if name != "resourceVersion"}
        found = self._schemas[source].admit({**value, "metadata": metadata}, [])
        if source != wanted:
            found = self._schemas[wanted].prune(self.convert(found, wanted=wanted))
        version = value["metadata"].get("resourceVersion")
        return found if version is None else {**found, "metadata": {**found["metadata"], "resourceVersion": version}}

    def write(self, value: Object) -> Object:
        """Return an object as it is stored.

        :raises ConversionError: the webhook fails.
        :raises Wanted: it has to be asked first.
        """
        if value["apiVersion"] == self._storage:
            return value
        metadata = {name: item for name, item in value["metadata"].items() if name != "resourceVersion"}
        found = self.convert({**value, "metadata": metadata}, wanted=self._storage)
        return self._schemas[self._storage].admit(found, [])

    def convert(self, value: Object, *, wanted: str) -> Object:
        """Return an object in the API version ``wanted``, as the webhook has it.

        :raises ConversionError: the webhook fails.
        :raises Wanted: it has to be asked first.
        """
        if value["apiVersion"] == wanted:
            return value
        attempt = self._cluster.attempt
        if attempt is None:
            raise AssertionError("a conversion is asked for outside of a request")
        version = version_of_reviews(self._reviews)
        key = ("conversion", self._name, wanted, orjson.dumps(value, option=orjson.OPT_SORT_KEYS))
        uid = self._cluster.review_uid(key)
        call = call_to(self._client, question(value, wanted=wanted, uid=uid, version=version), timeout=_TIMEOUT)
        return converted(value, attempt.ask([(key, call)])[0], url=call.url, wanted=wanted, uid=uid, version=version)

    def shown(self, resource: Resource, entry: Entry) -> Object:
        """Return a stored object in the version of ``resource``, as lists and watches show it: asked for once.

        :raises ConversionError: the webhook fails.
        :raises Wanted: it has to be asked first.
        """
        kept = self._kept.setdefault(resource.version, {})
        found = kept.get(entry.key)
        if found is not None and found[0] is entry:
            return found[1]
        value = resource.load(entry)
        if resource.collection.get(entry.key) is entry:
            kept[entry.key] = entry, value
            self._tidy(kept, resource.collection)
        return value

    def prepare(self, resource: Resource, entries: Iterable[Entry]) -> None:
        """See to it that `shown` knows all ``entries``; what it has to ask, it asks at the same time.

        :raises ConversionError: the webhook fails.
        :raises Wanted: it has to be asked first.
        """
        questions: list[tuple[object, Call]] = []
        for entry in entries:
            try:
                self.shown(resource, entry)
            except Wanted as wanted:
                questions += wanted.questions
        if questions:
            raise Wanted(questions)

    @staticmethod
    def _tidy(kept: dict[Key, tuple[Entry, Object]], collection: Collection) -> None:
        if len(kept) > 2 * len(collection) + _FEW:
            for key in [key for key in kept if collection.get(key) is None]:
                del kept[key]
