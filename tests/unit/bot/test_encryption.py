import base64

import pytest
from encryption import EncryptionError, KeyRing


def test_opens_what_it_sealed_and_only_in_its_place(keys: str) -> None:
    ring = KeyRing(keys)
    key_id, sealed = ring.seal("số 042198001234".encode(), "sender:0")
    assert key_id == "k1"
    assert b"042198001234" not in sealed
    assert ring.open(key_id, sealed, "sender:0").decode() == "số 042198001234"
    with pytest.raises(EncryptionError):
        ring.open(key_id, sealed, "sender:1")
    with pytest.raises(EncryptionError):
        ring.open(key_id, sealed[:-1] + bytes([sealed[-1] ^ 1]), "sender:0")


def test_a_new_key_in_front_still_opens_what_the_old_one_sealed(keys: str, new_keys: str) -> None:
    key_id, sealed = KeyRing(keys).seal(b"old", "c")
    ring = KeyRing(new_keys)
    assert ring.open(key_id, sealed, "c") == b"old"
    assert ring.seal(b"new", "c")[0] == "k2"
    with pytest.raises(EncryptionError, match="no key 'k2'"):
        KeyRing(keys).open("k2", sealed, "c")


@pytest.mark.parametrize("keys", ["", " , ", "k1", "k1:", "k1:!!!!", ":" + base64.b64encode(b"1" * 32).decode(), "k1:" + base64.b64encode(b"1" * 31).decode()])
def test_an_unusable_key_ring_is_refused(keys: str) -> None:
    with pytest.raises(EncryptionError):
        KeyRing(keys)
