"""The weekly report as a workbook and as a PDF."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

from fpdf import FPDF
from fpdf.fonts import FontFace
from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from integrations.desk.errors import Refused
from integrations.desk.reports.tables import HIDDEN_NOTE, Figure, Table, tables, title
from integrations.desk.texts import Words
from integrations.desk.texts import mark as _

MEDIA = {"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "pdf": "application/pdf"}
TITLE_AND_THREE_ROWS = 34  # millimetres
FIRST_COLUMN = {True: 2, False: 5}
"""How much wider than a column of numbers it is: beside several, beside one."""
FONTS = ("/usr/share/fonts/truetype/noto/NotoSans-{}.ttf", "/usr/share/fonts/truetype/dejavu/DejaVuSans{}.ttf")


def name(content: dict[str, Any], kind: str) -> str:
    return f"bao-cao-{content['week']}.{kind}"


def both(content: dict[str, Any], words: Words) -> Iterator[tuple[str, bytes]]:
    """Each kind of file with its bytes."""
    yield "xlsx", workbook(content, words)
    yield "pdf", pdf(content, words)


def workbook(content: dict[str, Any], words: Words) -> bytes:
    """One sheet per part. A text that a spreadsheet would take for a formula is stored as text."""
    book = Workbook()
    book.remove(book.active)
    for name, headings, rows, _charted in tables(content, words):
        sheet = book.create_sheet(name.translate(str.maketrans("", "", "[]:*?/\\"))[:31])
        for number, row in enumerate([[f"{title(content, words)} · {words.text(HIDDEN_NOTE)}"], headings, *rows], start=1):
            for place, told in enumerate(row, start=1):
                _fill(sheet.cell(number, place), told)
        for cell in (*sheet[1], *sheet[2]):
            cell.font = Font(bold=True)
        sheet.freeze_panes = "B3"
        for place, column in enumerate(zip(headings, *rows, strict=True), start=1):
            sheet.column_dimensions[get_column_letter(place)].width = min(60, max(len(str(told)) for told in column) + 2)
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def _fill(cell: Cell, told: object) -> None:
    """Numbers stay numbers."""
    cell.value = told.value if isinstance(told, Figure) else told
    if isinstance(told, Figure):
        cell.number_format = told.number_format
    elif isinstance(told, str):
        cell.data_type = "s"


class _Paper(FPDF):
    """A4 across; each page says which one it is and what is hidden."""

    def __init__(self, note: str) -> None:
        super().__init__(orientation="landscape", format="A4")
        self.note = note
        for style, path in _fonts():
            self.add_font("report", style, path)

    def footer(self) -> None:
        self.set_y(-12)
        self.set_font("report", "", 8)
        self.cell(self.epw - 20, 6, self.note)
        self.cell(20, 6, f"{self.page_no()}/{{nb}}", align="R")


def pdf(content: dict[str, Any], words: Words) -> bytes:
    """Needs a font with Vietnamese letters (Debian: fonts-noto-core). Raises Refused without one."""
    paper = _Paper(words.text(HIDDEN_NOTE))
    paper.add_page()
    paper.set_font("report", "B", 16)
    paper.multi_cell(0, 10, title(content, words), new_x="LMARGIN", new_y="NEXT")
    for part in tables(content, words):
        if paper.will_page_break(TITLE_AND_THREE_ROWS):
            paper.add_page()
        paper.set_font("report", "B", 12)
        paper.multi_cell(0, 10, part.title, new_x="LMARGIN", new_y="NEXT")
        paper.set_font("report", "", 10)
        _draw(paper, part, words)
    return bytes(paper.output())


def _draw(paper: FPDF, part: Table, words: Words) -> None:
    if not part.rows:
        paper.multi_cell(0, 6, "–", new_x="LMARGIN", new_y="NEXT")
        return
    numbers = len(part.headings) - 1
    widths, aligned = (FIRST_COLUMN[numbers > 1], *[1] * numbers), ("LEFT", *["RIGHT"] * numbers)
    with paper.table(headings_style=FontFace(emphasis="BOLD"), col_widths=widths, text_align=aligned, line_height=6) as table:
        for row in [part.headings, *part.rows]:
            line = table.row()
            for cell in row:
                line.cell(words.number(cell) if isinstance(cell, int) else str(cell))


def _fonts() -> list[tuple[str, str]]:
    for pattern in FONTS:
        regular, bold = (Path(pattern.format(name)) for name in (("Regular", "Bold") if "Noto" in pattern else ("", "-Bold")))
        if regular.exists() and bold.exists():
            return [("", str(regular)), ("B", str(bold))]
    raise Refused(_("Máy chủ thiếu phông chữ tiếng Việt (gói fonts-noto-core)."))
