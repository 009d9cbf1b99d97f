"""The bot's environment cannot import `integrations`; its copies of shared rules must not drift apart from the originals."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.core import crypto, text

BOT = Path(__file__).resolve().parents[2] / "bot"
KEYS = "k1:MTExMTExMTExMTExMTExMTExMTExMTExMTExMTExMTE=,k0:MDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDA="
VIETNAMESE = st.text(
    st.sampled_from("aăâbcdđeêghiklmnoôơpqrstuưvxyAĂÂĐÊÔƠƯáàảãạấầẩẫậắằẳẵặéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ \t\n\u0300\u0301\u200b,.?1")
)


def bot_module(path: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"bot_{Path(path).stem}", BOT / path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@given(st.one_of(VIETNAMESE, st.text()))
def test_folding_is_the_same_on_both_sides(said: str) -> None:
    assert bot_text.fold(said) == text.fold(said)


@pytest.mark.parametrize("keys", ["", "k1", "k1:!!", "k1:" + "MTEx"])
def test_both_key_rings_refuse_the_same_keys(keys: str) -> None:
    with pytest.raises(bot_encryption.EncryptionError):
        bot_encryption.KeyRing(keys)
    with pytest.raises(crypto.ConfigurationError):
        crypto.Keyring(keys, "MTExMTExMTExMTExMTExMTExMTExMTExMTExMTExMTE=")


def test_both_key_rings_read_the_same_keys() -> None:
    assert bot_encryption.KeyRing(KEYS).current == crypto.Keyring(KEYS, KEYS.split(":")[-1]).current_key_id


bot_text = bot_module("components/text.py")
bot_encryption = bot_module("encryption.py")
