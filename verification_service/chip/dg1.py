"""DG1: the machine-readable zone (ICAO 9303-10 §4.7.1)."""

from verification_service.chip import mrz, tlv
from verification_service.chip.errors import MalformedData
from verification_service.chip.files import DG1
from verification_service.chip.mrz import Mrz


def parse(data: bytes) -> Mrz:
    """The zone's fields. Raises MalformedData."""
    try:
        return mrz.parse(tlv.parse(data, DG1.tag).child(0x5F1F).value.decode("ascii"))
    except UnicodeDecodeError:
        raise MalformedData("the machine-readable zone is not ASCII") from None
