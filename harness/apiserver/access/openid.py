"""What others need to verify the tokens of service accounts: the OpenID configuration and the key (KEP-1393)."""

from typing import Final

import orjson

from harness.apiserver.access.signer import Signer
from harness.apiserver.errors import MethodNotAllowed
from harness.apiserver.messages import Reply, Request

CONFIGURATION: Final = "/.well-known/openid-configuration"
KEYS: Final = "/openid/v1/jwks"
_FOR_AN_HOUR: Final = "public, max-age=3600"


def openid_answer(request: Request, signer: Signer, *, issuer: str) -> Reply | None:
    """Return the reply to a GET of one of the two paths, or None for others. The server is named as the client names it.

    :raises MethodNotAllowed: another method.
    """
    if request.path not in (KEYS, CONFIGURATION):
        return None
    if request.method not in {"GET", "HEAD"}:
        raise MethodNotAllowed
    if request.path == KEYS:
        return _reply("application/jwk-set+json", {"keys": [signer.public]})
    configuration = {
        "issuer": issuer,
        "jwks_uri": f"https://{request.headers.get('host', 'kubernetes.default.svc')}{KEYS}",
        "response_types_supported": ["id_token"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": [signer.algorithm],
    }
    return _reply("application/json", configuration)


def _reply(content_type: str, content: object) -> Reply:
    return Reply(200, {"content-type": content_type, "cache-control": _FOR_AN_HOUR}, orjson.dumps(content))
