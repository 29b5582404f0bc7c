"""Uids: what clients parse as UUIDs."""

import uuid

from hypothesis import given
from hypothesis import strategies as st

from harness.apiserver.uids import random_uid, uid_of


@given(st.integers(0, 2**128 - 1))
def test_a_uid_is_the_uuid_of_its_bits(bits: int) -> None:
    """Tapes of earlier seeds play on."""
    assert str(uuid.UUID(int=bits, version=4)) == uid_of(bits)


def test_a_random_uid_is_a_uuid_of_version_4() -> None:
    """And no two are alike."""
    drawn = {random_uid() for _ in range(1000)}

    assert 1000 == len(drawn)
    assert {(4, uuid.RFC_4122)} == {(uuid.UUID(one).version, uuid.UUID(one).variant) for one in drawn}
