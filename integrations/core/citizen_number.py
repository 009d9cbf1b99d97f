"""The 12-digit personal identification number (NĐ 70/2024/NĐ-CP): `PPP G YY RRRRRR`.

PPP place of birth registration, G century and sex, YY year of birth, R random. There is no check digit. A birth registered abroad
carries a code outside the provinces' list, so PPP is never a reason to refuse a number.
"""

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

from integrations.core.errors import InvalidValue
from integrations.core.masking import mask_number

Contradiction = Literal["birth_year", "sex", "future"]


@dataclass(frozen=True, repr=False)
class CitizenNumber:
    """A well-formed number. Its `repr` is masked."""

    value: str

    @classmethod
    def parse(cls, text: str) -> "CitizenNumber":
        """Reads a number typed with spaces, dots or dashes.

        Raises InvalidValue("citizen_number", reason): `not_digits`, `old_nine_digits` (a CMND, void since 1/1/2025), `length`.
        """
        digits = re.sub(r"[\s.\-]", "", text)
        if not re.fullmatch(r"[0-9]+", digits):
            raise InvalidValue("citizen_number", "not_digits")
        if len(digits) != 12:
            raise InvalidValue("citizen_number", "old_nine_digits" if len(digits) == 9 else "length")
        return cls(digits)

    @property
    def birth_registration_code(self) -> str:
        """Three digits of the place of birth registration, `"042"` for Hà Tĩnh."""
        return self.value[:3]

    @property
    def sex(self) -> Literal["male", "female"]:
        """By the fourth digit: even is male."""
        return "female" if int(self.value[3]) % 2 else "male"

    @property
    def birth_year(self) -> int:
        """Four digits: 0 and 1 stand for 1900–1999, 2 and 3 for 2000–2099, and so on."""
        return (19 + int(self.value[3]) // 2) * 100 + int(self.value[4:6])

    @property
    def masked(self) -> str:
        """`042*******17`: never the last four digits, which the card look-up asks for."""
        return mask_number(self.value)

    def contradictions(
        self, birth_date: date | None = None, sex: Literal["male", "female"] | None = None, today: date | None = None
    ) -> tuple[Contradiction, ...]:
        """What else the person said that this number cannot agree with; empty when all agrees."""
        found: list[Contradiction] = []
        if birth_date and birth_date.year != self.birth_year:
            found.append("birth_year")
        if sex and sex != self.sex:
            found.append("sex")
        if today and self.birth_year > today.year:
            found.append("future")
        return tuple(found)

    def __repr__(self) -> str:
        return f"CitizenNumber({self.masked})"
