"""DG14: SecurityInfos for chip and active authentication (ICAO 9303-10 §4.7.14)."""

from verification_service.chip import security_infos, tlv
from verification_service.chip.files import DG14
from verification_service.chip.security_infos import SecurityInfos


def parse(data: bytes) -> SecurityInfos:
    """The SecurityInfos inside tag 6E. Raises MalformedData."""
    return security_infos.parse(tlv.parse(data, DG14.tag).value)
