"""The weekly report as a workbook and as a PDF."""

from io import BytesIO
from pathlib import Path
from typing import Any

from fpdf import FPDF
from fpdf.fonts import FontFace
from openpyxl import Workbook
from openpyxl.styles import Font

from integrations.desk.errors import Refused
from integrations.desk.reports.tables import tables, title
from integrations.desk.texts import Words
from integrations.desk.texts import mark as _

FONTS = ("/usr/share/fonts/truetype/noto/NotoSans-{}.ttf", "/usr/share/fonts/truetype/dejavu/DejaVuSans{}.ttf")


def workbook(content: dict[str, Any], words: Words) -> bytes:
    """One sheet per part. A text that a spreadsheet would take for a formula is stored as text."""
    book = Workbook()
    book.remove(book.active)
    for name, headings, rows, _charted in tables(content, words):
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
    """A4 across. Needs a font with Vietnamese letters (Debian: fonts-noto-core). Raises Refused without one."""
    paper = FPDF(orientation="landscape", format="A4")
    for style, path in _fonts():
        paper.add_font("report", style, path)
    paper.add_page()
    paper.set_font("report", "B", 16)
    paper.multi_cell(0, 10, title(content, words), new_x="LMARGIN", new_y="NEXT")
    for name, headings, rows, _charted in tables(content, words):
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
                    line.cell(words.number(cell) if isinstance(cell, int) else str(cell))
    return bytes(paper.output())


def _fonts() -> list[tuple[str, str]]:
    for pattern in FONTS:
        regular, bold = (Path(pattern.format(name)) for name in (("Regular", "Bold") if "Noto" in pattern else ("", "-Bold")))
        if regular.exists() and bold.exists():
            return [("", str(regular)), ("B", str(bold))]
    raise Refused(_("Máy chủ thiếu phông chữ tiếng Việt (gói fonts-noto-core)."))
