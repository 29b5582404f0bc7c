"""The data files beside this module: JSON in gzip, made by `generate` out of a real server's answers.

============  ==========================================================================================================
``bootstrap`` the objects that a cluster has from its start, without uids, versions and times
``resources`` groups, versions and resources in the order of discovery, with verbs, subresources and the name of the type
``types``     the schema of each type, without descriptions: what the pipeline of verbs needs
``texts``     the descriptions that were taken out of each of ``types``, in the order of a walk through it
``paths``     the paths of each document of ``/openapi/v3``, with parts that recur kept once; and every group and version
              that the server has types of
============  ==========================================================================================================
"""

import gzip
from importlib.resources import files
from typing import Final

import orjson

from harness.apiserver.messages import Json

NAMES: Final = ("bootstrap", "paths", "resources", "texts", "types")


def read(name: str) -> Json:
    """Return the content of one file; the caller keeps what it needs of it."""
    return unpacked(packed_bytes(name))


def packed_bytes(name: str) -> bytes:
    """Return one file as it is."""
    return files(__package__).joinpath("data", f"{name}.json.gz").read_bytes()


def unpacked(data: bytes) -> Json:
    """Return the JSON in ``data``."""
    return orjson.loads(gzip.decompress(data))


def packed(value: Json) -> bytes:
    """Return ``value`` as such a file: keys in order, no time of packing."""
    return gzip.compress(orjson.dumps(value, option=orjson.OPT_SORT_KEYS), compresslevel=9, mtime=0)
