"""EF.COM: the list of data groups (ICAO 9303-10 §4.6.1). Unsigned, so it is compared with the SOD and never believed alone."""

from verification_service.chip import tlv
from verification_service.chip.files import COM, DATA_GROUP_TAGS


def parse(data: bytes) -> frozenset[int]:
    """Numbers of the data groups listed; unknown tags are ignored. Raises MalformedData."""
    tags = tlv.parse(data, COM.tag).child(0x5C).value
    return frozenset(DATA_GROUP_TAGS[tag] for tag in tags if tag in DATA_GROUP_TAGS)
