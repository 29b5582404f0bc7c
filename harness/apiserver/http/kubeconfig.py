"""A kubeconfig for an embedded server, as text.

kubectl (client-go) sends no bearer token over plain HTTP: a server with tokens that kubectl shall reach needs TLS. Python
clients send it either way.
"""

import base64

import yaml


def kubeconfig(
    url: str, *, token: str = "", ca_pem: bytes = b"", namespace: str = "default", name: str = "embedded"
) -> str:
    """Return the kubeconfig that lets any client reach ``url`` with ``token``, trusting ``ca_pem``.

    :param name: what cluster, user and context are called in it.
    """
    cluster: dict[str, str] = {"server": url}
    if ca_pem:
        cluster["certificate-authority-data"] = base64.b64encode(ca_pem).decode()
    content = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": name, "cluster": cluster}],
        "users": [{"name": name, "user": {"token": token} if token else {}}],
        "contexts": [{"name": name, "context": {"cluster": name, "user": name, "namespace": namespace}}],
        "current-context": name,
    }
    return yaml.safe_dump(content, sort_keys=False)
