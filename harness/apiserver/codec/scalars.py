"""What a plain scalar of YAML means to Go's ``yaml.v2``: YAML 1.1 with its many words for true, without its dates."""

import base64
import binascii
import re
from typing import Final

from harness.apiserver.messages import Json

_WORDS: Final[dict[str, Json]] = {
    **dict.fromkeys(("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"), True),
    **dict.fromkeys(("n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"), False),
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), float("inf")),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), float("-inf")),
}
_FLOAT: Final = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", re.ASCII)
_INTEGER: Final = re.compile(r"[-+]?(?:0[bB][01]+|0[oO]?[0-7]+|0[xX][0-9a-fA-F]+|0|[1-9][0-9]*)", re.ASCII)
_TAG: Final = "tag:yaml.org,2002:"
_FOUND: Final = {bool: "bool", int: "int", float: "float", type(None): "null", str: "str"}


def resolve(text: str, tag: str = "") -> Json:
    """Return what a plain scalar stands for; ``tag`` is "" unless one was written.

    :raises ValueError: the tag asks for what the text is not.
    """
    if tag == f"{_TAG}binary":
        try:
            return base64.b64decode(text, validate=True).decode("utf-8", "replace")
        except binascii.Error:
            raise ValueError("!!binary value contains invalid base64 data") from None
    value = _meaning(text)
    wanted = tag.removeprefix(_TAG) if tag.startswith(_TAG) else ""
    found = _FOUND[type(value)]
    if wanted == "float" and isinstance(value, int):
        return float(value)
    if wanted in _FOUND.values() and wanted != found:
        raise ValueError(f"cannot decode !!{found} `{text}` as a !!{wanted}")
    return text if tag and not wanted else value


def _meaning(text: str) -> Json:
    if text in _WORDS:
        return _WORDS[text]
    first = text[0]
    if first not in "+-.0123456789":
        return text
    plain = text.replace("_", "")
    if _INTEGER.fullmatch(plain):
        number = _integer(plain)
        if -(2**63) <= number < 2**63:
            return number
        return float(number)
    if _FLOAT.fullmatch(plain):
        value = float(plain)
        return text if value in {float("inf"), float("-inf")} else value
    return text


def _integer(text: str) -> int:
    sign, digits = (text[0], text[1:]) if text[0] in "+-" else ("", text)
    if len(digits) > 1 and digits[0] == "0" and digits[1] in "01234567":
        digits = f"0o{digits}"
    return int(f"{sign}{digits}", 0)
