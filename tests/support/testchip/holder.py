"""The invented holder and the machine-readable zone of the card."""

from dataclasses import dataclass

from verification_service.chip.cross_checks import folded_name
from verification_service.chip.mrz import MrzKey, check_digit


@dataclass(frozen=True)
class Holder:
    """Dates as YYMMDD in the zone and dd/MM/yyyy in DG13."""

    number: str = "001199000123"
    name: str = "Nguyễn Văn An"
    birth: str = "990101"
    birth_text: str = "01/01/1999"
    expiry: str = "390101"
    expiry_text: str = "01/01/2039"
    sex: str = "M"
    state: str = "VNM"

    @property
    def can(self) -> str:
        return self.number[-6:]

    @property
    def document_number(self) -> str:
        return self.number[3:]

    @property
    def mrz_key(self) -> MrzKey:
        return MrzKey(self.document_number, self.birth, self.expiry)

    def zone(self) -> str:
        """90 characters, laid out as on a CCCD: 12-digit number and its own check digit in the optional data."""
        first = f"ID{self.state}{self.document_number}{check_digit(self.document_number)}{self.number}<<"
        first += check_digit(self.number + "<<")
        second = f"{self.birth}{check_digit(self.birth)}{self.sex}{self.expiry}{check_digit(self.expiry)}{self.state}".ljust(29, "<")
        second += check_digit(first[5:30] + second[:7] + second[8:15] + second[18:29])
        surname, _, given = folded_name(self.name).partition(" ")
        return first + second + f"{surname}<<{given.replace(' ', '<')}"[:30].ljust(30, "<")

    def fields(self) -> dict[int, object]:
        """DG13 by field number."""
        return {
            1: self.number,
            2: self.name,
            3: self.birth_text,
            4: "Nam" if self.sex == "M" else "Nữ",
            5: "Việt Nam",
            6: "Kinh",
            7: "Không",
            8: "Xã Ba Vì, Hà Nội",
            9: "Thôn Đông, xã Minh Châu, Hà Nội",
            10: "",
            11: "20/08/2024",
            12: self.expiry_text,
            13: ("Nguyễn Văn Bình", "Trần Thị Chi"),
            14: (),
            15: "012345678",
            16: "0123456789ABCDEF",
        }
