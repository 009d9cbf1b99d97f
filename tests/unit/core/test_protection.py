"""Encryption, settings and logs: what must never be readable is not."""

import io
import json
import logging
from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr, ValidationError

from integrations.core.crypto import Keyring
from integrations.core.errors import ConfigurationError, DecryptionError
from integrations.core.masking import configure_logging, mask_name, mask_number, mask_phone, mask_text
from integrations.core.settings import DEVELOPMENT_KEY, KeyringSettings, ProcessSettings

OLD, NEW, INDEX = (b64encode(bytes([number]) * 32).decode() for number in (1, 2, 3))


@given(st.text(max_size=200), st.text(max_size=30))
def test_what_is_encrypted_opens_only_in_its_context(plaintext, context):
    ring = Keyring(f"k1:{OLD}", INDEX)
    token = ring.encrypt_text(plaintext, context)
    assert ring.decrypt_text(token, context) == plaintext
    assert token != ring.encrypt_text(plaintext, context)
    with pytest.raises(DecryptionError):
        ring.decrypt(token, f"{context}x")


def test_rotation_moves_a_token_to_the_first_key():
    token = Keyring(f"k1:{OLD}", INDEX).encrypt_text("Nguyễn Văn An", "name")
    ring = Keyring(f"k2:{NEW},k1:{OLD}", INDEX)
    rotated = ring.rotate(token, "name")
    assert (token[:3], rotated[:3], ring.is_current(rotated)) == ("k1.", "k2.", True)
    assert Keyring(f"k2:{NEW}", INDEX).decrypt_text(rotated, "name") == "Nguyễn Văn An"
    assert ring.rotate(rotated, "name") == rotated


@pytest.mark.parametrize("damage", [lambda t: t[:-4] + "AAA=", lambda t: "zz." + t[3:], lambda t: t[:6], lambda t: "", lambda t: "k1.***"])
def test_a_damaged_token_is_an_error_of_ours(damage):
    ring = Keyring(f"k1:{OLD}", INDEX)
    with pytest.raises(DecryptionError):
        ring.decrypt(damage(ring.encrypt(b"secret", "c")), "c")


@pytest.mark.parametrize("keys", ["", "k1", f"k1:{OLD},k1:{NEW}", "k1:####", "k1:c2hvcnQ=", f"bad id:{OLD}"])
def test_malformed_keys_are_refused_without_being_shown(keys):
    with pytest.raises(ConfigurationError) as caught:
        Keyring(keys, INDEX)
    assert OLD not in str(caught.value)


def test_the_look_up_index_depends_on_key_value_and_purpose():
    ring, other = Keyring(f"k1:{OLD}", INDEX), Keyring(f"k1:{OLD}", NEW)
    hashes = {ring.keyed_hash("042", "number"), ring.keyed_hash("043", "number"), ring.keyed_hash("042", "phone"), other.keyed_hash("042", "number")}
    assert len(hashes) == 4
    assert ring.keyed_hash("042", "number") in hashes


class Example(ProcessSettings):
    bot_token: SecretStr = SecretStr("development")
    colour: str = "red"


@pytest.mark.parametrize("token", [None, "", "development"])
def test_production_refuses_a_missing_or_default_secret(monkeypatch, token):
    monkeypatch.setenv("TROLY_ENV", "production")
    if token is not None:
        monkeypatch.setenv("BOT_TOKEN", token)
    with pytest.raises(ValidationError, match="BOT_TOKEN"):
        Example(_env_file=None)


def test_production_accepts_a_real_secret_and_development_the_default(monkeypatch):
    assert Example(_env_file=None).bot_token.get_secret_value() == "development"
    monkeypatch.setenv("TROLY_ENV", "production")
    monkeypatch.setenv("BOT_TOKEN", "a real one")
    assert Example(_env_file=None).production


def test_production_refuses_the_development_key_under_any_name(monkeypatch):
    monkeypatch.setenv("TROLY_ENV", "production")
    monkeypatch.setenv("INDEX_KEY", INDEX)
    monkeypatch.setenv("DATA_KEYS", f"new:{OLD},old:{DEVELOPMENT_KEY}")
    with pytest.raises(ValidationError):
        KeyringSettings(_env_file=None)
    monkeypatch.setenv("DATA_KEYS", f"new:{OLD}")
    assert KeyringSettings(_env_file=None).keyring.current_key_id == "new"


def test_masks():
    assert (mask_number("042150001234"), mask_number("C123"), mask_phone("0912345678"), mask_name("Nguyễn văn An")) == (
        "042*******34",
        "****",
        "*******678",
        "N. V. A.",
    )


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("số 042150001234 ạ", "số 042*******34 ạ"), ("so 042 150 001 234", "so 042*******34"), ("gọi 0912.345.678", "gọi 091*****78"),
        ("gọi +84912345678", "gọi +84*******78"), ("hộ chiếu M12345678 và c1234567.", "hộ chiếu M12****78 và c12***67."),
        ("sdt0912345678 nhé, cccd042150001234", "sdt091*****78 nhé, cccd042*******34"), ("0912 345 678ạ", "091*****78ạ"),
        ("84912345678nha, +84912345678nha", "849******78nha, +84*******78nha"), ("042.150.001.234ạ", "042*******34ạ"),
        ("stk 9704360000000000", "stk 970***********00"), ("3f2504e0-4f89-11d3-9a0c-ab0912345678", "3f2504e0-4f89-11d3-9a0c-ab0912345678"),
        ("sinh 01/02/1950, đến 2026-11-23", "sinh 01/02/1950, đến 2026-11-23"), ("a.b@c.vn", "***@***"), ("2 khách, phòng 101", "2 khách, phòng 101"),
    ],
)  # fmt: skip
def test_free_text_is_masked(text, masked):
    assert mask_text(text) == masked


def test_log_lines_are_json_without_personal_data():
    stream = io.StringIO()
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    try:
        configure_logging("gateway", stream=stream)
        logging.getLogger("test").info("number %s", "042150001234", extra={"phone": "0912345678", "turn": 7})
        try:
            raise ValueError("citizen 042150001234")
        except ValueError:
            logging.getLogger("test").exception("failed")
    finally:
        root.handlers, root.level = before, level
    first, second = (json.loads(line) for line in stream.getvalue().splitlines())
    assert (first["message"], first["phone"], first["turn"], first["process_name"]) == ("number 042*******34", "091*****78", 7, "gateway")
    assert second["error"] == "ValueError" and "test_protection.py" in second["trace"][0]
    assert "042150001234" not in stream.getvalue()
