"""Addresses and ranges: what their texts mean, what is wrong with them, and who has which in a cluster."""

from collections.abc import Callable

import pytest

from harness.apiserver.addresses import address_errors, address_warnings, network_errors, network_warnings, read_address
from harness.apiserver.fields import FieldError

from .fronts import Api

SERVICES = "/api/v1/namespaces/default/services"
HELD = "/apis/networking.k8s.io/v1/ipaddresses"


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("10.9.8.7", "10.9.8.7"),
        ("010.09.8.7", "10.9.8.7"),
        ("2001:DB8:0:0::00001", "2001:db8::1"),
        ("::1.2.3.04", "::102:304"),
        ("1.2.3", "None"),
        ("1.2.3.256", "None"),
        ("fe80::1%eth0", "None"),
        ("", "None"),
    ],
)
def test_addresses_are_read_as_loosely_as_ever(text: str, meant: str) -> None:
    """Objects that older servers took are compared and warned of by what they mean."""
    assert meant == str(read_address(text))


@pytest.mark.parametrize(
    ("check", "text", "said"),
    [
        (address_errors, "10.9.8.7", []),
        (address_errors, "010.9.8.7", ["must not have leading 0s"]),
        (address_errors, "::ffff:1.2.3.4", ["must not be an IPv4-mapped IPv6 address"]),
        (network_errors, "10.0.0.0/8", []),
        (network_errors, "10.0.0.1/8", ["must not have bits set beyond the prefix length"]),
        (network_errors, "10.0.0.0/08", ["must not have leading 0s in IP or prefix length"]),
        (network_errors, "10.0.0.0/33", ["must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)"]),
    ],
)
def test_addresses_are_checked_strictly(
    check: Callable[[str, str], list[FieldError]], text: str, said: list[str]
) -> None:
    """Software disagrees about what the odd forms mean, which has been a hole in walls."""
    assert said == [wrong.detail for wrong in check(text, "spec")]


def test_unusual_forms_are_warned_of() -> None:
    """The warning says what to write instead."""
    assert ['a: IPv6 address "::0" should be in RFC 5952 canonical format ("::")'] == list(address_warnings("::0", "a"))
    assert [
        'a: CIDR value "10.0.0.1/8" is ambiguous in this context (should be "10.0.0.0/8" or "10.0.0.1/32"?)'
    ] == list(network_warnings("10.0.0.1/8", "a"))


def held(api: Api) -> list[str]:
    return sorted(one["metadata"]["name"] for one in api.get(HELD).json["items"])


def test_a_service_holds_its_address_as_long_as_it_is_there(bare: Api) -> None:
    """Whoever watches IPAddresses sees which are taken; that of the server itself is there from the start."""
    made = bare.post(SERVICES, {"metadata": {"name": "one"}, "spec": {"ports": [{"port": 80}]}}).json
    during = held(bare)
    bare.delete(f"{SERVICES}/one")

    assert sorted(["10.96.0.1", made["spec"]["clusterIP"]]) == during
    assert ["10.96.0.1"] == held(bare)


def test_an_address_that_somebody_else_holds_is_given_to_nobody(bare: Api) -> None:
    """The book counts, whoever wrote it."""
    parent = {"parentRef": {"resource": "routers", "name": "mine"}}
    bare.post(HELD, {"metadata": {"name": "10.96.0.5"}, "spec": parent})

    answer = bare.post(
        SERVICES, {"metadata": {"name": "one"}, "spec": {"clusterIP": "10.96.0.5", "ports": [{"port": 80}]}}
    )

    assert 422 == answer.status
    assert "provided IP is already allocated" in answer.json["message"]


def test_a_pretended_service_holds_nothing(bare: Api) -> None:
    """A dry run leaves no trace."""
    bare.post(f"{SERVICES}?dryRun=All", {"metadata": {"name": "one"}, "spec": {"ports": [{"port": 80}]}})

    assert ["10.96.0.1"] == held(bare)
