"""How client-go reads a reply that is no success: its words, which reach the client through ``failed calling webhook``."""

from typing import Final

from harness.apiserver.fields import quote
from harness.apiserver.outcalls import Answered

_TEXTS: Final = {
    400: "the server rejected our request for an unknown reason",
    401: "the server has asked for the client to provide credentials",
    404: "the server could not find the requested resource",
    405: "the server does not allow this method on the requested resource",
    406: "the server was unable to respond with a content type that the client supports",
    409: "the server reported a conflict",
    415: "the body of the request was in an unknown format",
    422: "the server rejected our request due to an error in our request",
    429: "the server has received too many requests and has asked us to try again later",
    503: "the server is currently unable to handle the request",
    504: "the server was unable to return a response in the time allotted, but may still be processing the request",
}
_SUCCESS: Final = range(200, 207)


def refusal_of(answer: Answered) -> str:
    """Return what is wrong with the status of an answer, or "" when it is a success."""
    if answer.status in _SUCCESS:
        return ""
    said = answer.body.decode(errors="replace").strip() if answer.media.startswith("text/") else ""
    if answer.status == 403:
        return said or "unknown"  # the reply is trusted to say who may not do what
    if answer.status in _TEXTS:
        return _TEXTS[answer.status]
    if answer.status >= 500:
        return f"an error on the server ({quote(said or 'unknown')}) has prevented the request from succeeding"
    return f"the server responded with the status code {answer.status} but did not return more information"
