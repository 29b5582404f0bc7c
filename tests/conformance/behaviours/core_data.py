"""Config maps and secrets."""

import base64

from ..samples import config_map, core
from ..script import behaviour
from ..side import Side


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


@behaviour
def keys_of_a_config_map(api: Side) -> None:
    for key in ("a b", "..", "..x", "a/b", "x" * 254, ""):
        api.post(api.config_maps, core("ConfigMap", "one", data={key: "x"}))
    api.post(api.config_maps, core("ConfigMap", "one", data={"a": "x"}, binaryData={"a": encoded("x")}))
    api.post(api.config_maps, core("ConfigMap", "one", binaryData={"b": encoded("x")}, data={"fine.key_-": ""}))


@behaviour
def a_config_map_of_a_megabyte(api: Side) -> None:
    api.request("POST", api.config_maps, config_map(a="x" * (1024 * 1024 + 1)))


@behaviour
def a_config_map_without_data(api: Side) -> None:
    api.post(api.config_maps, core("ConfigMap", "one"))


@behaviour
def an_immutable_config_map(api: Side) -> None:
    api.post(api.config_maps, config_map(a="1") | {"immutable": True})
    api.merge(f"{api.config_maps}/one", {"data": {"a": "2"}})
    api.merge(f"{api.config_maps}/one", {"immutable": False})
    api.merge(f"{api.config_maps}/one", {"binaryData": {"b": encoded("x")}})
    api.merge(f"{api.config_maps}/one", {"metadata": {"labels": {"a": "b"}}})


@behaviour
def a_secret_gets_its_type_and_encoded_data(api: Side) -> None:
    path = api.core("secrets")
    api.post(path, core("Secret", "one", data={"a": encoded("1")}, stringData={"a": "2", "b": "3"}))
    api.merge(f"{path}/one", {"stringData": {"c": "4"}})
    api.get(f"{path}/one")
    api.merge(f"{path}/one", {"type": "other"})


@behaviour
def an_immutable_secret(api: Side) -> None:
    path = api.core("secrets")
    api.post(path, core("Secret", "one", stringData={"a": "2"}, immutable=True))
    api.merge(f"{path}/one", {"data": {"a": None}})
    api.merge(f"{path}/one", {"immutable": None})


@behaviour
def secrets_with_required_keys(api: Side) -> None:
    path = api.core("secrets")
    for kind in ("tls", "ssh-auth", "basic-auth", "dockerconfigjson", "dockercfg", "service-account-token"):
        api.post(path, core("Secret", "one", type=f"kubernetes.io/{kind}"))
    data = {".dockerconfigjson": encoded("no json")}
    api.post(path, core("Secret", "one", type="kubernetes.io/dockerconfigjson", data=data))
    api.post(path, core("Secret", "tls", type="kubernetes.io/tls", data={"tls.crt": "", "tls.key": ""}))
    api.post(path, core("Secret", "auth", type="kubernetes.io/basic-auth", data={"username": encoded("a")}))
    api.post(path, core("Secret", "own", type="ex.dev/own", data={"a b": ""}))


@behaviour
def secrets_by_type(api: Side) -> None:
    path = api.core("secrets")
    api.post(path, core("Secret", "one"))
    api.post(path, core("Secret", "two", type="ex.dev/own"))
    api.get(path, fieldSelector="type=Opaque")


@behaviour
def a_service_account(api: Side) -> None:
    path = api.core("serviceaccounts")
    api.post(path, core("ServiceAccount", "one", secrets=[{"name": "a", "namespace": "b"}]))
    api.post(path, core("ServiceAccount", "two", imagePullSecrets=[{"name": "a"}], automountServiceAccountToken=False))
    api.delete(f"{path}/one")
