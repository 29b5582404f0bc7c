"""What kubectl makes of certificates, and of itself: secrets for TLS, the proxy."""

import json
import urllib.error
import urllib.request

import trustme

from ..run import Kubectl, script


@script
def secrets_for_tls(kubectl: Kubectl) -> None:
    issued, other = (trustme.CA().issue_cert("ex.dev") for _ in range(2))
    kubectl.write("tls.crt", b"".join(one.bytes() for one in issued.cert_chain_pems).decode())
    kubectl.write("tls.key", issued.private_key_pem.bytes().decode())
    kubectl.write("other.key", other.private_key_pem.bytes().decode())
    kubectl("create secret tls cert --cert=tls.crt --key=tls.key")
    assert "kubernetes.io/tls" == kubectl("get secret cert -o jsonpath={.type}")
    kubectl("get secret cert -o go-template='{{range $name, $value := .data}}{{$name}} {{end}}'")
    kubectl("get secret cert")
    kubectl("create secret tls wrong --cert=tls.crt --key=other.key")
    kubectl("create secret tls wrong --cert=none.crt --key=tls.key")
    kubectl("create secret generic wrong --type=kubernetes.io/tls --from-file=tls.crt")


@script
def proxied(kubectl: Kubectl) -> None:
    kubectl("create configmap one --from-literal=a=1")
    running = kubectl.start("proxy --port=0")
    server = "http://" + running.line().split()[-1]
    for path in (
        f"/api/v1/namespaces/{kubectl.namespace}/configmaps/one",
        f"/api/v1/namespaces/{kubectl.namespace}/configmaps/none",
        "/apis/ex.dev/v1",
        "/version",
        "/static/",
    ):
        code, text = fetch(server + path)
        kubectl.note(f"proxy: GET {path}", code, text, "")
    code, text = fetch(f"{server}/api/v1/namespaces/{kubectl.namespace}/configmaps/one")
    assert (200, {"a": "1"}) == (code, json.loads(text)["data"])
    running.interrupt()


def fetch(url: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(url, timeout=30) as answer:
            return answer.status, answer.read().decode() if "version" not in url else ""
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
