"""The store: objects as serialised bytes, one revision for all of them, a bounded log of changes per resource."""

from harness.apiserver.store.collection import Collection, Entry, Key
from harness.apiserver.store.compaction import Compaction
from harness.apiserver.store.history import Snapshot, as_of, path_in
from harness.apiserver.store.log import Change, EventLog
from harness.apiserver.store.store import Store

__all__ = ["Change", "Collection", "Compaction", "Entry", "EventLog", "Key", "Snapshot", "Store", "as_of", "path_in"]
