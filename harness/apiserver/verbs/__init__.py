"""The verbs of the API, each a function from a resource and a request to a reply."""

from harness.apiserver.verbs.create import create
from harness.apiserver.verbs.delete import delete, delete_collection
from harness.apiserver.verbs.patch import patch
from harness.apiserver.verbs.read import get, list_objects
from harness.apiserver.verbs.update import update

__all__ = ["create", "delete", "delete_collection", "get", "list_objects", "patch", "update"]
