"""DG15: the public key of active authentication (ICAO 9303-11 §6.1)."""

from verification_service.chip import signatures, tlv
from verification_service.chip.files import DG15


def parse(data: bytes) -> signatures.PublicKey:
    """An RSA or elliptic-curve key. Raises MalformedData and UnsupportedAlgorithm."""
    return signatures.load_public_key(tlv.parse(data, DG15.tag).value)
