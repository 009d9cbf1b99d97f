"""Invented people and their card applications: the same ones for the same seed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from integrations.core.addresses import communes
from integrations.core.working_days import add_working_days
from integrations.sandbox.faults import MAGIC_ENDINGS

SEED = 20261123
REFERENCE_DAY = date(2026, 11, 23)
HA_TINH = 42
# No place of birth registration has this code, so a number that begins with it belongs to nobody.
UNUSED_PLACE_CODE = "099"
FILE_PREFIX = "G01.042.000.000"
WORKING_DAYS_TO_ISSUE = 7
OVERDUE_INDEX = 7

_FAMILY = "Nguyễn Trần Lê Phạm Hoàng Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Đinh Trịnh Mai Cao Hà".split()
_MIDDLE = {"male": "Văn Đình Hữu Quốc Đức Xuân Công Minh".split(), "female": "Thị Ngọc Thu Thanh Kim Hồng Mai Diệu".split()}
_GIVEN = {
    "male": "An Bình Cường Dũng Hải Hùng Khánh Lâm Long Minh Nam Phong Quân Sơn Thắng Tuấn Việt Vinh".split(),
    "female": "Anh Bích Chi Dung Giang Hà Hạnh Hoa Hương Lan Linh Mai Nga Oanh Phương Thảo Trang Yến".split(),
}
_STATUSES = ("received", "processing", "needs_supplement", "printed", "ready", "posted", "handed_over")
_WEIGHTS = (10, 25, 8, 12, 25, 8, 12)


@dataclass(frozen=True)
class Person:
    """One invented citizen."""

    number: str
    name: str
    birth_date: date
    commune: str


@dataclass(frozen=True)
class Application:
    """One invented card application. `status` is a code of ours: no official list of status names has been published."""

    receipt_code: str
    status: str
    office: str
    submitted_on: date
    due_on: date
    updated_on: date
    collection: str


def generate(count: int) -> Iterator[tuple[Person, Application]]:
    """`count` people with an application each; the first seven have one status each, the eighth is overdue."""
    chance = Random(SEED)  # noqa: S311
    places = [place.name for place in communes(HA_TINH)]
    serials = _serials()
    for index in range(count):
        serial = next(serials)
        person = _person(chance, serial, places)
        status = chance.choices(_STATUSES, _WEIGHTS)[0]
        if index < len(_STATUSES):
            status = _STATUSES[index]
        overdue = index == OVERDUE_INDEX
        yield person, _application(chance, serial, "processing" if overdue else status, places, overdue)


def _serials() -> Iterator[int]:
    serial = 0
    while True:
        serial += 1
        if not f"{serial:06d}".endswith(MAGIC_ENDINGS):
            yield serial


def _person(chance: Random, serial: int, places: list[str]) -> Person:
    sex = chance.choice(("male", "female"))
    born = date(1936, 1, 1) + timedelta(days=chance.randrange(365 * 76))
    century_and_sex = (born.year // 100 - 19) * 2 + (sex == "female")
    number = f"{UNUSED_PLACE_CODE}{century_and_sex}{born.year % 100:02d}{serial:06d}"
    name = f"{chance.choice(_FAMILY)} {chance.choice(_MIDDLE[sex])} {chance.choice(_GIVEN[sex])}"
    return Person(number, name, born, chance.choice(places))


def _application(chance: Random, serial: int, status: str, places: list[str], overdue: bool) -> Application:
    done = status in {"ready", "posted", "handed_over"}
    submitted = REFERENCE_DAY - timedelta(days=chance.randrange(12, 60) if done else 30 if overdue else chance.randrange(1, 25))
    due = add_working_days(submitted, WORKING_DAYS_TO_ISSUE)
    updated = min(due, REFERENCE_DAY) if done else submitted + timedelta(days=chance.randrange((REFERENCE_DAY - submitted).days + 1))
    collection = "post" if status == "posted" or chance.random() < 0.3 else "office"
    return Application(f"{FILE_PREFIX}-{submitted:%y%m%d}-{serial:04d}", status, f"Công an {chance.choice(places)}", submitted, due, updated, collection)
