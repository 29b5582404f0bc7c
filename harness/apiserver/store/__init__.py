"""The store: objects as serialised bytes, one revision for all of them, a bounded log of changes per resource."""

from harness.apiserver.store.collection import Collection, Entry, Key
from harness.apiserver.store.log import Change, EventLog
from harness.apiserver.store.store import Store

__all__ = ["Change", "Collection", "Entry", "EventLog", "Key", "Store"]
