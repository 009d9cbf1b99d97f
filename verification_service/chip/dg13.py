"""DG13 of a CCCD: Vietnamese fields by number, unsigned meaning taken from public readers of real cards (chip.md §4.4).

6D { SEQUENCE { INTEGER version, OBJECT IDENTIFIER, SET OF SEQUENCE { INTEGER n, value } } }; the version and identifier may be absent.
"""

import re
from dataclasses import dataclass, field
from datetime import date

from verification_service.chip import tlv
from verification_service.chip.errors import MalformedData
from verification_service.chip.files import DG13

NAMES = {
    1: "citizen_number",
    2: "full_name",
    3: "birth_date",
    4: "sex",
    5: "nationality",
    6: "ethnicity",
    7: "religion",
    8: "place_of_origin",
    9: "place_of_residence",
    10: "personal_identification",
    11: "issue_date",
    12: "expiry_date",
    13: "parents",
    14: "spouse",
    15: "old_identity_number",
}
OLD_NUMBER = re.compile(r"\d{9}|\d{12}")
MAX_FIELDS = 64
_TEXT_TAGS = (0x0C, 0x13, 0x16, 0x04)
_DATE = re.compile(r"(\d{2})/?(\d{2})/?(\d{4})")


@dataclass(frozen=True, slots=True, repr=False)
class VietnameseFields:
    """`texts`: field name → text (several texts of one field joined by ", "); `unknown`: field number → raw DER value."""

    texts: dict[str, str] = field(default_factory=dict)
    unknown: dict[int, bytes] = field(default_factory=dict)

    def date(self, name: str) -> date | None:
        """A field written dd/MM/yyyy or ddMMyyyy; None when absent or not a date (such as "Không thời hạn")."""
        match = _DATE.fullmatch(self.texts.get(name, ""))
        try:
            return date(int(match[3]), int(match[2]), int(match[1])) if match else None
        except ValueError:
            return None


def parse(data: bytes) -> VietnameseFields:
    """Fields by number, never by position. Raises MalformedData for broken TLV or text that is not UTF-8."""
    texts: dict[str, str] = {}
    unknown: dict[int, bytes] = {}
    for number, value in _numbered(tlv.parse(data, DG13.tag)):
        name = NAMES.get(number)
        text = ", ".join(part for part in _texts(value) if part) if name else ""
        # Sources disagree on field 15 of older layouts: only something that looks like a number is taken as one.
        if name is None or (name == "old_identity_number" and text and not OLD_NUMBER.fullmatch(text)):
            unknown[number] = tlv.encode(value.tag, value.value)
        elif text:
            texts[name] = text
    return VietnameseFields(texts, unknown)


def _numbered(root: tlv.Node) -> list[tuple[int, tlv.Node]]:
    outer = root.children()
    if len(outer) == 1 and outer[0].tag == 0x30:
        outer = outer[0].children()
    entries = tlv.find(outer, 0x31).children()
    if len(entries) > MAX_FIELDS:
        raise MalformedData("too many fields in DG13")
    numbered = []
    for entry in entries:
        parts = entry.children() if entry.tag == 0x30 else []
        if not parts or parts[0].tag != 0x02 or not 1 <= len(parts[0].value) <= 2:
            raise MalformedData("a DG13 field begins with its number")
        if len(parts) > 1:
            numbered.append((int.from_bytes(parts[0].value, "big"), parts[1]))
    return numbered


def _texts(value: tlv.Node) -> list[str]:
    if value.tag == 0x30:
        return [text for child in value.children() if child.tag in _TEXT_TAGS for text in _texts(child)]
    if value.tag not in _TEXT_TAGS:
        return []
    try:
        return [value.value.decode("utf-8").strip()]
    except UnicodeDecodeError:
        raise MalformedData("DG13 text is not UTF-8") from None
