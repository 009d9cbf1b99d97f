"""Machine-readable zones TD1 (3 × 30) and TD3 (2 × 44) with their check digits (ICAO 9303-4, 9303-5), and the access key made from them."""

import re
from dataclasses import dataclass
from datetime import date

from verification_service.chip.errors import MalformedData

_VALUES = {str(digit): digit for digit in range(10)} | {chr(ord("A") + index): 10 + index for index in range(26)} | {"<": 0}
_ALLOWED = re.compile(r"[A-Z0-9<]+")
_CITIZEN_NUMBER = re.compile(r"\d{12}")
# Cards of holders from about 60 never expire; how the zone says so is unconfirmed, so both known fillers mean "no expiry".
_NO_EXPIRY = ("<<<<<<", "991231")


def check_digit(text: str) -> str:
    """Weights 7, 3, 1 over 0-9, A-Z = 10-35, < = 0 (ICAO 9303-3 §4.9)."""
    try:
        return str(sum(_VALUES[character] * (7, 3, 1)[index % 3] for index, character in enumerate(text)) % 10)
    except KeyError:
        raise MalformedData("character not allowed in a machine-readable zone") from None


@dataclass(frozen=True, slots=True, repr=False)
class MrzKey:
    """What opens a chip: document number (9 characters on a CCCD: the last nine of the citizen number), dates as YYMMDD."""

    document_number: str
    birth_date: str
    expiry_date: str

    def __post_init__(self) -> None:
        fields = (self.document_number, self.birth_date, self.expiry_date)
        if not self.document_number or len(self.birth_date) != 6 or len(self.expiry_date) != 6 or not all(_ALLOWED.fullmatch(field) for field in fields):
            raise MalformedData("not the three fields of an MRZ key")

    def information(self) -> bytes:
        """MRZ_information of ICAO 9303-11 §4.3.2: three fields, each with its check digit."""
        number = self.document_number.ljust(9, "<")
        return "".join(field + check_digit(field) for field in (number, self.birth_date, self.expiry_date)).encode()


@dataclass(frozen=True, slots=True, repr=False)
class Mrz:
    """The fields as printed, fillers removed at the end; `wrong_digits` names the check digits that do not fit."""

    document_type: str
    issuing_state: str
    document_number: str
    optional_data: str
    birth_date: str
    sex: str
    expiry_date: str
    nationality: str
    surname: str
    given_names: str
    wrong_digits: tuple[str, ...]

    @property
    def citizen_number(self) -> str | None:
        """The 12 digits that a CCCD carries at the start of its optional data; what other states write there is something else."""
        match = _CITIZEN_NUMBER.match(self.optional_data) if self.issuing_state == "VNM" else None
        return match.group() if match else None

    @property
    def expires(self) -> date | None:
        """Last day of validity, None when the card does not expire. MalformedData for an impossible date."""
        return None if self.expiry_date in _NO_EXPIRY else _date(2000, self.expiry_date)

    def born(self, today: date) -> date:
        """Birth date; the century is the latest that is not in the future."""
        born = _date(2000, self.birth_date)
        return born if born <= today else _date(1900, self.birth_date)

    def key(self) -> MrzKey:
        return MrzKey(self.document_number, self.birth_date, self.expiry_date)


def _date(century: int, text: str) -> date:
    try:
        return date(century + int(text[:2]), int(text[2:4]), int(text[4:6]))
    except ValueError:
        raise MalformedData("not a date") from None


def parse(text: str) -> Mrz:
    """A zone of 90 characters (TD1) or 88 (TD3) without line breaks. MalformedData for other lengths and characters."""
    if not _ALLOWED.fullmatch(text):
        raise MalformedData("character not allowed in a machine-readable zone")
    if len(text) == 90:
        return _td1(text[:30], text[30:60], text[60:])
    if len(text) == 88:
        return _td3(text[:44], text[44:])
    raise MalformedData("not a TD1 or TD3 zone")


def _td1(first: str, second: str, names: str) -> Mrz:
    number, digit, optional = first[5:14], first[14], first[15:30]
    # A long document number continues in the optional data; the filler stands where the check digit would (ICAO 9303-5 §4.2.2).
    if digit == "<" and optional.rstrip("<"):
        rest, _, optional = optional.partition("<")
        number, digit = number + rest[:-1], rest[-1:]
    composite = first[5:30] + second[:7] + second[8:15] + second[18:29]
    wrong = _wrong(
        document_number=(number, digit),
        birth_date=(second[:6], second[6]),
        expiry_date=(second[8:14], second[14]),
        composite=(composite, second[29]),
    )
    return _build(first, number, optional, (second[:6], second[7], second[8:14], second[15:18]), names, wrong)


def _td3(first: str, second: str) -> Mrz:
    optional, digit = second[28:42], second[42]
    composite = second[:10] + second[13:20] + second[21:43]
    wrong = _wrong(
        document_number=(second[:9], second[9]),
        birth_date=(second[13:19], second[19]),
        expiry_date=(second[21:27], second[27]),
        optional_data=(optional, "0" if digit == "<" and not optional.strip("<") else digit),
        composite=(composite, second[43]),
    )
    return _build(first, second[:9], optional, (second[13:19], second[20], second[21:27], second[10:13]), first[5:], wrong)


def _wrong(**fields: tuple[str, str]) -> tuple[str, ...]:
    return tuple(name for name, (text, digit) in fields.items() if check_digit(text) != digit)


def _build(first: str, number: str, optional: str, middle: tuple[str, str, str, str], names: str, wrong: tuple[str, ...]) -> Mrz:
    birth, sex, expiry, nationality = middle
    surname, _, given = names.rstrip("<").partition("<<")
    return Mrz(
        document_type=first[:2].rstrip("<"),
        issuing_state=first[2:5].rstrip("<"),
        document_number=number.rstrip("<"),
        optional_data=optional.rstrip("<"),
        birth_date=birth,
        sex=sex,
        expiry_date=expiry,
        nationality=nationality.rstrip("<"),
        surname=surname.replace("<", " "),
        given_names=given.replace("<", " ").strip(),
        wrong_digits=wrong,
    )
