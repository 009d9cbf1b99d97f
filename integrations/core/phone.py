"""Telephone numbers, read as a person in Vietnam types them."""

from dataclasses import dataclass

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, PhoneNumberType

from integrations.core.errors import InvalidValue
from integrations.core.masking import mask_phone

PLAIN_PHONE_CHANNELS = ("sms", "ussd")
"""Where a citizen is known by the number that they write or dial from."""
THIS_NUMBER = "this_number"
"""Stands for that number wherever the bot keeps or passes one on: only the gateway knows its digits."""
THIS_NUMBER_END = "{this_number_end}"
"""In a text of the bot: here the gateway shows the last three digits of that number."""


@dataclass(frozen=True, repr=False)
class Phone:
    """A valid number in E.164 form, `+84912345678`. Its `repr` is masked."""

    e164: str

    @classmethod
    def parse(cls, text: str) -> "Phone":
        """Reads `0912 345 678`, `84912345678`, `+84…` or a foreign number with its `+`.

        Raises InvalidValue("phone", reason): `old_eleven_digits` (016x…, replaced in 2018), `not_a_phone`.
        """
        try:
            number = phonenumbers.parse(text, "VN")
        except NumberParseException as error:
            raise InvalidValue("phone", "not_a_phone") from error
        if not phonenumbers.is_valid_number(number):
            national = str(number.national_number)
            old = number.country_code == 84 and len(national) == 10 and national[:2] in {"12", "16", "18", "19"}
            raise InvalidValue("phone", "old_eleven_digits" if old else "not_a_phone")
        return cls(phonenumbers.format_number(number, PhoneNumberFormat.E164))

    @property
    def national(self) -> str:
        """For people, `0912 345 678`; a foreign number keeps its country code."""
        number = phonenumbers.parse(self.e164)
        style = PhoneNumberFormat.NATIONAL if number.country_code == 84 else PhoneNumberFormat.INTERNATIONAL
        return phonenumbers.format_number(number, style)

    @property
    def mobile(self) -> bool:
        """Whether a text message can reach it."""
        return phonenumbers.number_type(phonenumbers.parse(self.e164)) in {PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE}

    @property
    def masked(self) -> str:
        """The last three digits only."""
        return mask_phone(self.e164)

    def __repr__(self) -> str:
        return f"Phone({self.masked})"
