"""A day's guests as a table with the fields of Điều 30, for entry into ASM (an external program; nothing here talks to it)."""

import csv
import io
from collections.abc import Iterable, Iterator

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from integrations.core.lodging_deadline import VIETNAM
from integrations.services.lodging.messages import Notification

HEADINGS = (
    "STT", "Họ và tên", "Ngày, tháng, năm sinh", "Số định danh cá nhân", "Số hộ chiếu", "Lý do lưu trú",
    "Lưu trú từ", "Lưu trú đến", "Địa chỉ lưu trú", "Tên cơ sở", "Mã thông báo",
)  # fmt: skip
# A spreadsheet runs a cell that begins so as a formula (OWASP, CSV injection); full-width forms count too.
_FORMULA_STARTS = tuple("=+-@\t\r\n＝＋－＠")


def rows(notifications: Iterable[Notification]) -> Iterator[tuple[str, ...]]:
    """One row a guest, in the order of `HEADINGS`."""
    guests = ((notification, guest) for notification in notifications for guest in notification.guests)
    for number, (notification, guest) in enumerate(guests, 1):
        place = notification.place
        yield (
            str(number), guest.name, f"{guest.birth_date:%d/%m/%Y}", guest.citizen_number or "", guest.passport_number or "", guest.reason,
            f"{notification.arrival.astimezone(VIETNAM):%d/%m/%Y %H:%M}", f"{notification.departure:%d/%m/%Y}",
            ", ".join(part for part in (place.address, place.commune, place.province) if part), place.name, notification.code,
        )  # fmt: skip


def to_csv(notifications: Iterable[Notification]) -> bytes:
    """UTF-8 with a byte-order mark, as Excel expects it; a cell that would run as a formula gets an apostrophe in front."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    writer.writerow(HEADINGS)
    writer.writerows([f"'{cell}" if cell.startswith(_FORMULA_STARTS) else cell for cell in row] for row in rows(notifications))
    return text.getvalue().encode("utf-8-sig")


def to_xlsx(notifications: Iterable[Notification]) -> bytes:
    """A workbook of one sheet; every cell is text, so that numbers keep their zeros and nothing is a formula."""
    book = Workbook()
    sheet = book.active
    sheet.title = "Lưu trú"
    for row_number, row in enumerate([HEADINGS, *rows(notifications)], 1):
        for column_number, value in enumerate(row, 1):
            cell = sheet.cell(row_number, column_number, _printable(value))
            cell.data_type = "s"
            cell.number_format = "@"
            cell.font = Font(bold=row_number == 1)
    for column_number, heading in enumerate(HEADINGS, 1):
        sheet.column_dimensions[get_column_letter(column_number)].width = max(14, len(heading) + 2)
    sheet.freeze_panes = "A2"
    output = io.BytesIO()
    book.save(output)
    return output.getvalue()


def _printable(value: str) -> str:
    """Without the control characters that a workbook cannot hold."""
    return "".join(character for character in value if character.isprintable() or character == "\n")
