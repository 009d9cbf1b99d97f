"""The weekly report as a workbook and as a PDF."""

from collections.abc import Iterator
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

from fpdf import FPDF
from fpdf.fonts import FontFace
from openpyxl import Workbook
from openpyxl.styles import Font

from integrations.desk.errors import Refused
from integrations.desk.labels import label
from integrations.desk.texts import Words
from integrations.desk.texts import mark as _

FONTS = ("/usr/share/fonts/truetype/noto/NotoSans-{}.ttf", "/usr/share/fonts/truetype/dejavu/DejaVuSans{}.ttf")
TOO_SMALL = "< 5"
Table = tuple[str, list[str], list[list[Any]]]


def tables(content: dict[str, Any], words: Words) -> Iterator[Table]:
    """Title, headings and rows of each part, in the reader's language; a number that may not be told reads `< 5`."""
    text, language = words.text, words.language
    yield (
        text(_("Kênh")),
        [text(_("Kênh")), text(_("Cuộc trò chuyện")), text(_("Chuyển cán bộ")), text(_("Trợ lý tự giải quyết"))],
        [
            [label(language, "channel", row["channel"]), _told(row["conversations"]), _told(row["handed_over"]), words.percent(row["containment"])]
            for row in content["channels"]
        ],
    )
    people = content["people"]
    yield (
        text(_("Cán bộ")),
        [text(_("Chỉ số")), text(_("Giá trị"))],
        [
            [text(_("Cuộc trò chuyện được nhận")), _told(people["claimed"])],
            [text(_("Chờ, trung vị")), words.length(people["wait_median"])],
            [text(_("Chờ, 95 %% số người không quá")).replace("%%", "%"), words.length(people["wait_95"])],
            [text(_("Hài lòng (1 đến 5)")), words.number(people["satisfaction"])],
            [text(_("Số lượt chấm")), _told(people["rated"])],
        ],
    )
    yield text(_("Lý do chuyển cán bộ")), [text(_("Lý do")), text(_("Số lượng"))], [
        [label(language, "reason", row["reason"]), _told(row["count"])] for row in people["reasons"]
    ]  # fmt: skip
    yield text(_("Người dân hỏi gì")), [text(_("Ý định")), text(_("Số tin"))], [[row["intent"], _told(row["count"])] for row in content["intents"]]
    yield text(_("Điểm nghẽn: dừng lại ở bước")), [text(_("Việc")), text(_("Bước")), text(_("Số người"))], [
        [row["journey"], row["step"] or "–", _told(row["count"])] for row in content["abandoned"]
    ]  # fmt: skip
    kinds = ("home_visit", "call_back", "appointment", "wrong_data")
    yield (
        text(_("Phiếu theo xã, phường")),
        [text(_("Xã, phường")), *(label(language, "ticket_kind", kind) for kind in kinds), text(_("Xong")), text(_("Tổng"))],
        [[row["commune"], *(_told(row[kind]) for kind in (*kinds, "done", "all"))] for row in content["communes"]],
    )
    yield text(_("Câu hỏi chưa trả lời được")), [text(_("Ví dụ (đã che số)")), text(_("Số tin"))], [
        [row["example"], _told(row["count"])] for row in content["unanswered"]
    ]  # fmt: skip


def title(content: dict[str, Any], words: Words) -> str:
    return words.text(_("Báo cáo tuần từ %(day)s"), day=date.fromisoformat(content["week"]).strftime("%d/%m/%Y"))


def workbook(content: dict[str, Any], words: Words) -> bytes:
    """One sheet per part. A text that a spreadsheet would take for a formula is stored as text."""
    book = Workbook()
    book.remove(book.active)
    for name, headings, rows in tables(content, words):
        sheet = book.create_sheet(name.translate(str.maketrans("", "", "[]:*?/\\"))[:31])
        sheet.append([title(content, words)])
        sheet.append(headings)
        for row in rows:
            sheet.append(row)
        for line in sheet.iter_rows():
            for cell in line:
                if isinstance(cell.value, str):
                    cell.data_type = "s"
        for cell in sheet[2]:
            cell.font = Font(bold=True)
        for column in sheet.columns:
            sheet.column_dimensions[column[0].column_letter].width = min(60, max(len(str(cell.value or "")) for cell in column) + 2)
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def pdf(content: dict[str, Any], words: Words) -> bytes:
    """A4. Needs a font with Vietnamese letters (Debian: fonts-noto-core). Raises Refused without one."""
    paper = FPDF(format="A4")
    for style, path in _fonts():
        paper.add_font("report", style, path)
    paper.add_page()
    paper.set_font("report", "B", 16)
    paper.multi_cell(0, 10, title(content, words), new_x="LMARGIN", new_y="NEXT")
    for name, headings, rows in tables(content, words):
        paper.set_font("report", "B", 12)
        paper.multi_cell(0, 10, name, new_x="LMARGIN", new_y="NEXT")
        paper.set_font("report", "", 10)
        if not rows:
            paper.multi_cell(0, 6, "–", new_x="LMARGIN", new_y="NEXT")
            continue
        with paper.table(headings_style=FontFace(emphasis="BOLD"), first_row_as_headings=True) as table:
            for row in [headings, *rows]:
                line = table.row()
                for cell in row:
                    line.cell(str(cell))
    return bytes(paper.output())


def _fonts() -> list[tuple[str, str]]:
    for pattern in FONTS:
        regular, bold = (Path(pattern.format(name)) for name in (("Regular", "Bold") if "Noto" in pattern else ("", "-Bold")))
        if regular.exists() and bold.exists():
            return [("", str(regular)), ("B", str(bold))]
    raise Refused(_("Máy chủ thiếu phông chữ tiếng Việt (gói fonts-noto-core)."))


def _told(count: int | None) -> int | str:
    return TOO_SMALL if count is None else count
