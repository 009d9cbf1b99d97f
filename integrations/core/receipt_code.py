"""Codes on paper and on screen: the file code of a card application, and the codes this product gives out.

A file code of the public-service portal looks like `G01.042.000.000-261105-0123` (organisation, date, number), but only its letters
and digits count, so that it survives being read aloud. Ours look like `LT-ABC234`.
"""

import re
import secrets
from dataclasses import dataclass

from integrations.core.errors import InvalidValue
from integrations.core.text import fold

# Without 0 O 1 I L, which people mix up on paper.
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_MINIMUM, _MAXIMUM = 6, 32
# What our own texts show. Nobody can be given one: no code of ours has a 1 in it, and nobody applies on a 30 February.
SAMPLES = ("LT-ABC123", "HT-ABC123", "G01.042.000.000-260230-0123")


@dataclass(frozen=True)
class ReceiptCode:
    """A plausible code: `value` as a clerk would write it, `key` its letters and digits to compare by."""

    value: str

    @classmethod
    def parse(cls, text: str) -> "ReceiptCode":
        """Reads a code with any spacing, case or dashes. Raises InvalidValue("receipt_code", `characters` | `length` | `no_digits` | `sample`)."""
        value = re.sub(r"\s+", "", re.sub(r"\s*[‐‑‒–—−_]\s*", "-", fold(text))).upper().strip(".-/")
        if not re.fullmatch(r"[A-Z0-9./-]*", value):
            raise InvalidValue("receipt_code", "characters")
        key = _key(value)
        if not _MINIMUM <= len(key) <= _MAXIMUM:
            raise InvalidValue("receipt_code", "length")
        if sum(character.isdigit() for character in key) < 2:
            raise InvalidValue("receipt_code", "no_digits")
        if is_sample(value):
            raise InvalidValue("receipt_code", "sample")
        return cls(value)

    @property
    def key(self) -> str:
        """Only letters and digits."""
        return _key(self.value)


def is_sample(code: str) -> bool:
    """Whether it is one of the codes that our texts show, and so nobody's."""
    return _key(code) in map(_key, SAMPLES)


def _key(code: str) -> str:
    return re.sub(r"[./-]", "", code)


def new_code(prefix: str, length: int = 6) -> str:
    """An unguessable code, `LT-ABC234`: 31^length possibilities, always at least two digits in it."""
    while True:
        body = "".join(secrets.choice(_ALPHABET) for _ in range(length))
        if sum(character.isdigit() for character in body) >= 2:
            return f"{prefix}-{body}"
