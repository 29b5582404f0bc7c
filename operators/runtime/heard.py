"""What an operator has heard of: the newest version of each object whose event it has dealt with.

An operator that looks idle may still be moved by a write that has not reached its watch yet. Whoever wants to know compares
what the API server shows with this. Versions are numbers that grow within one API server (KEP-5504); of a version that is
none only its presence is known.

Noted is an event when its handler has run, and with it everything that it wakes: what was woken is the queue's to tell.
"""

from collections.abc import Collection, Mapping
from typing import Any

from operators.api.kinds import Kind
from operators.api.resource import key_of, uid_of, version_of

__all__ = ["Heard"]


class Heard:
    """The objects of the kinds that an operator follows.

    :ivar events: how many events were dealt with; it only grows.
    """

    def __init__(self, kinds: Collection[Kind]) -> None:
        self.kinds = tuple(kinds)
        self.events = 0
        self._known: dict[Kind, dict[str, tuple[str, int]]] = {kind: {} for kind in self.kinds}

    def note(self, kind: Kind, obj: Mapping[str, Any], event_type: str | None) -> None:
        """Take note of an event that was dealt with."""
        self.events += 1
        if event_type == "DELETED":
            self._known[kind].pop(uid_of(obj), None)
        else:
            version = version_of(obj)
            self._known[kind][uid_of(obj)] = key_of(obj).namespace, int(version) if version.isdigit() else 0

    def versions(self, namespaces: Collection[str] = ()) -> dict[str, dict[str, int]]:
        """Versions by kind (``plural.group``) and uid.

        :param namespaces: leave out what is in others; empty for all.
        """
        return {
            f"{kind.plural}.{kind.group}".rstrip("."): {
                uid: version for uid, (namespace, version) in known.items() if not namespaces or namespace in namespaces
            }
            for kind, known in self._known.items()
        }
