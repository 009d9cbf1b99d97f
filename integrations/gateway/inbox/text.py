"""What a citizen's text becomes before anything else sees it."""

import unicodedata
from dataclasses import dataclass
from typing import Literal

from integrations.core.redaction import redact

MAXIMUM_CHARACTERS = 4_000
_KEPT_CONTROLS = "\n\t"
_JOINERS = "\u200c\u200d"  # parts of emoji


@dataclass(frozen=True, slots=True)
class CleanText:
    """`kind` is `text`, `empty` or `too_long` (the first 4,000 characters are kept for staff, the bot never sees it). `redacted`: kinds removed."""

    text: str
    kind: Literal["text", "empty", "too_long"]
    redacted: tuple[str, ...] = ()


def clean(raw: str, *, code_expected: bool = False) -> CleanText:
    """NFC, without control and invisible format characters (they hide text and change its direction), without secrets, ends trimmed."""
    composed = unicodedata.normalize("NFC", raw.replace("\r\n", "\n").replace("\r", "\n").encode(errors="ignore").decode())
    visible = "".join(character for character in composed if _is_visible(character)).strip()
    if not visible:
        return CleanText("", "empty")
    redacted = redact(visible[:MAXIMUM_CHARACTERS], code_expected=code_expected)
    return CleanText(redacted.text, "too_long" if len(visible) > MAXIMUM_CHARACTERS else "text", redacted.kinds)


def _is_visible(character: str) -> bool:
    return character in _KEPT_CONTROLS or character in _JOINERS or unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Co", "Cn")
