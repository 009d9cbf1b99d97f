"""Basic Access Control (ICAO 9303-11 §4.3, worked example appendix D): session keys from the machine-readable zone."""

import hashlib
import os
from collections.abc import Callable

from verification_service.chip import kdf
from verification_service.chip.apdu import Command
from verification_service.chip.channel import Channel
from verification_service.chip.ciphers import CipherName, SessionKeys, decrypt, encrypt, mac, same
from verification_service.chip.errors import AccessDenied, MalformedData

TDES = CipherName.TDES
KEY_REFUSED = (0x6300, 0x6982, 0x6985, 0x6988)


def document_keys(mrz_information: bytes) -> tuple[bytes, bytes]:
    """K_enc and K_mac of the document from number, birth date and expiry date, each with its check digit (§9.7.2)."""
    seed = hashlib.sha1(mrz_information).digest()[:16]  # noqa: S324  fixed by the specification
    return kdf.derive(seed, kdf.ENCRYPTION, TDES), kdf.derive(seed, kdf.MAC, TDES)


def authenticate(channel: Channel, mrz_information: bytes, random: Callable[[int], bytes] = os.urandom) -> SessionKeys:
    """Runs GET CHALLENGE and EXTERNAL AUTHENTICATE; the session is secured on return. AccessDenied if the key is wrong."""
    k_enc, k_mac = document_keys(mrz_information)
    chip_random = channel.call(Command(0x00, 0x84, 0x00, 0x00, expected=8))
    if len(chip_random) != 8:
        raise MalformedData("challenge is not eight bytes")
    own_random, own_seed = random(8), random(16)
    cryptogram = encrypt(TDES, k_enc, own_random + chip_random + own_seed)
    request = Command(0x00, 0x82, 0x00, 0x00, cryptogram + mac(TDES, k_mac, cryptogram), expected=40)
    response = channel.send(request)
    if response.status in KEY_REFUSED or response.status >> 4 == 0x63C:
        raise AccessDenied("the chip refused the MRZ key")
    keys = _session_keys(response.checked(), k_enc, k_mac, own_random, chip_random, own_seed)
    channel.secure(keys)
    return keys


def _session_keys(answer: bytes, k_enc: bytes, k_mac: bytes, own_random: bytes, chip_random: bytes, own_seed: bytes) -> SessionKeys:
    cryptogram, checksum = answer[:32], answer[32:]
    if len(answer) != 40 or not same(mac(TDES, k_mac, cryptogram), checksum):
        raise AccessDenied("the chip's answer does not fit the MRZ key")
    plain = decrypt(TDES, k_enc, cryptogram)
    if plain[:8] != chip_random or plain[8:16] != own_random:
        raise AccessDenied("the chip's answer does not repeat the challenges")
    seed = bytes(own ^ chip for own, chip in zip(own_seed, plain[16:], strict=True))
    counter = int.from_bytes(chip_random[4:] + own_random[4:], "big")
    return kdf.session_keys(seed, TDES, counter)
