"""Media types: which formats a body may come in."""

import re
from collections.abc import Mapping
from typing import Final

from harness.apiserver.errors import UnsupportedMediaType

JSON: Final = "application/json"
YAML: Final = "application/yaml"
PROTOBUF: Final = "application/vnd.kubernetes.protobuf"
ACCEPTED: Final = (JSON, YAML, PROTOBUF)

_WORD: Final = r"[-!#$%&'*+.^_`|~0-9A-Za-z]+"
_VALUE: Final = rf'(?:{_WORD}|"(?:[^"\\]|\\.)*")'
_MEDIA_TYPE: Final = re.compile(rf"\s*({_WORD}/{_WORD})\s*((?:;\s*{_WORD}={_VALUE}\s*)*);?\s*")


def body_type(headers: Mapping[str, str], accepted: tuple[str, ...] = ACCEPTED) -> str:
    """Return the media type of a body, which is JSON when the client does not say.

    :raises UnsupportedMediaType: another than ``accepted``, or a header that cannot be read.
    """
    given = headers.get("content-type", "")
    if given in accepted:
        return given
    found = _MEDIA_TYPE.fullmatch(given) if given else None
    media = found[1].lower() if found else "" if given else JSON
    if media not in accepted:
        raise UnsupportedMediaType(accepted)
    return media
