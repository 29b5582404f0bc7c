"""Certificate signing requests."""

import base64

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from ..script import behaviour
from ..side import Side

HERE = "/apis/certificates.k8s.io/v1/certificatesigningrequests"
_NAME = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "workloads")])
_REQUEST = (
    x509.CertificateSigningRequestBuilder()
    .subject_name(_NAME)
    .sign(ec.generate_private_key(ec.SECP256R1()), hashes.SHA256())
)
REQUEST = base64.b64encode(_REQUEST.public_bytes(serialization.Encoding.PEM)).decode()


def request(name, **spec):
    good = {"request": REQUEST, "signerName": "ex.dev/signer", "usages": ["client auth"]}
    return {"metadata": {"name": name}, "spec": good | spec}


def decision(kind, status="True"):
    return {"status": {"conditions": [{"type": kind, "status": status, "reason": "Mine", "message": "mine"}]}}


@behaviour
def a_request_is_approved_and_signed(api: Side) -> None:
    mine = {"impersonate-user": "ann", "impersonate-group": "system:masters"}
    api.request("POST", HERE, request("workloads-one", username="forged"), head=mine)
    one = f"{HERE}/workloads-one"
    api.merge(f"{one}/status", decision("Approved"))
    api.merge(f"{one}/approval", decision("Approved"))
    api.merge(f"{one}/approval", {"status": {"conditions": []}})
    api.merge(f"{one}/status", {"status": {"certificate": "bm90IG9uZQ=="}})
    api.merge(one, {"spec": {"usages": ["any"]}, "metadata": {"labels": {"a": "b"}}})
    api.get(HERE, fieldSelector="spec.signerName=ex.dev/signer")
    api.delete(one)


@behaviour
def requests_that_are_refused(api: Side) -> None:
    for spec in (
        {"usages": []},
        {"usages": ["odd", "any", "any"]},
        {"signerName": ""},
        {"signerName": "kubernetes.io/legacy-unknown"},
        {"signerName": "nobody"},
        {"expirationSeconds": 599},
    ):
        api.post(HERE, request("workloads-two", **spec))


@behaviour
def decisions_exclude_each_other(api: Side) -> None:
    api.post(HERE, request("workloads-three"))
    here = f"{HERE}/workloads-three/approval"
    api.merge(here, decision("Approved", "False"))
    api.merge(here, decision(""))
    both = [decision(kind)["status"]["conditions"][0] for kind in ("Approved", "Denied")]
    api.merge(here, {"status": {"conditions": both}})
    api.merge(here, decision("Denied"))
    api.delete(f"{HERE}/workloads-three")
