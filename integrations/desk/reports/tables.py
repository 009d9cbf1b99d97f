"""The weekly report as titled tables, in the reader's language; a number that may not be told reads `ẩn`. Page, workbook and PDF show the same."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from integrations.desk.labels import label
from integrations.desk.reports.suppression import OUTCOMES, TICKET_KINDS
from integrations.desk.texts import Words
from integrations.desk.texts import mark as _

HIDDEN = _("ẩn")
HIDDEN_NOTE = _("“ẩn” là số từ 1 đến 4, hoặc số mà lấy tổng trừ đi thì lộ ra số như vậy.")
FIGURES = (
    ("conversations", _("Cuộc trò chuyện")), ("handed_over", _("Chuyển cán bộ")), ("containment", _("Trợ lý tự giải quyết")),
    ("started", _("Việc bắt đầu")), ("finished", _("Việc hoàn thành")), ("abandoned", _("Việc bỏ dở")), ("activations", _("Lượt hướng dẫn kích hoạt")),
    ("status_questions", _("Lượt hỏi tình trạng thẻ")), ("lodging", _("Thông báo lưu trú đã gửi")), ("visits", _("Phiếu đến nhà")),
    ("claimed", _("Cán bộ nhận")), ("wait_median", _("Chờ cán bộ, trung vị")), ("wait_95", _("Chờ cán bộ, 95 %% số người không quá")),
    ("satisfaction", _("Hài lòng (1 đến 5)")), ("rated", _("Số lượt chấm")),
)  # fmt: skip
FINDINGS = {
    "step": _("%(number)s người dừng ở bước “%(step)s” của việc “%(journey)s”."),
    "wait": _("Kênh %(channel)s: 5 %% số người chờ cán bộ lâu hơn %(number)s."),
    "overdue": _("%(commune)s: %(number)s phiếu quá hạn."),
    "unanswered": _("%(number)s tin như “%(example)s” chưa được trả lời."),
    "satisfaction": _("Kênh %(channel)s: điểm hài lòng chỉ %(number)s."),
    "delivery": _("Kênh %(channel)s: %(number)s tin không chắc đến được người dân."),
}


@dataclass(frozen=True)
class Figure:
    """A number with a unit: reads as `told`, and stays a number in a spreadsheet."""

    value: float
    told: str
    number_format: str

    def __str__(self) -> str:
        return self.told


class Table(NamedTuple):
    """`charted` is the column that the page also shows as bars, None where there is nothing to compare."""

    title: str
    headings: list[str]
    rows: list[list[Any]]
    charted: int | None = None


def tables(content: dict[str, Any], words: Words) -> Iterator[Table]:
    """Every part of the report; without the last one where citizens' words are left out."""
    text, language = words.text, words.language
    yield Table(text(_("Điểm nghẽn trong tuần")), [text(_("Điểm nghẽn"))], [[finding(row, words)] for row in content["bottlenecks"]])
    yield _channels(content, words)
    yield Table(
        text(_("Các việc")), [text(_("Việc")), text(_("Bắt đầu")), text(_("Hoàn thành")), *(label(language, "outcome", name) for name in OUTCOMES)],
        [[label(language, "journey", row["journey"]), *(told(row[name], words) for name in ("started", "finished", *OUTCOMES))] for row in content["journeys"]],
        charted=1,
    )  # fmt: skip
    yield Table(
        text(_("Dừng lại ở bước")), [text(_("Việc và bước")), text(_("Số người"))],
        [[f"{label(language, 'journey', row['journey'])}: {label(language, 'step', row['step'])}", told(row["count"], words)] for row in content["abandoned"]],
        charted=1,
    )  # fmt: skip
    yield Table(
        text(_("Lý do chuyển cán bộ")), [text(_("Lý do")), text(_("Số lượng"))],
        [[label(language, "reason", row["reason"]), told(row["count"], words)] for row in content["reasons"]], charted=1,
    )  # fmt: skip
    yield Table(
        text(_("Theo xã, phường ghi trên phiếu")),
        [
            text(_("Xã, phường")), text(_("Cuộc trò chuyện")), *(label(language, "ticket_kind", kind) for kind in TICKET_KINDS), text(_("Tổng phiếu")),
            text(_("Xong")), text(_("Quá hạn")), text(_("Thời gian xong, trung vị")), text(_("Hài lòng (1 đến 5)")),
        ],
        [_commune(row, words) for row in content["communes"]], charted=6,
    )  # fmt: skip
    yield Table(
        text(_("Người dân hỏi gì")),
        [text(_("Ý định")), text(_("Số tin"))],
        [[label(language, "intent", row["intent"]), told(row["count"], words)] for row in content["intents"]],
        charted=1,
    )
    if content["unanswered"] is None:
        return
    yield Table(
        text(_("Câu hỏi chưa trả lời được")), [text(_("Ví dụ (đã che số)")), text(_("Số tin"))],
        [[row["example"], told(row["count"], words)] for row in content["unanswered"]], charted=1,
    )  # fmt: skip


def title(content: dict[str, Any], words: Words) -> str:
    return words.text(_("Báo cáo tuần từ %(day)s"), day=date.fromisoformat(content["week"]).strftime("%d/%m/%Y"))


def finding(row: dict[str, Any], words: Words) -> str:
    """One bottleneck as a sentence."""
    number = {"wait": words.length, "satisfaction": words.score}.get(row["kind"], words.number)(row["number"])
    names = {kind: label(words.language, kind, row[kind]) for kind in ("journey", "step", "channel") if kind in row}
    return words.text(FINDINGS[row["kind"]], **{**row, **names, "number": number})


def told(count: int | None, words: Words) -> int | str:
    return words.text(HIDDEN) if count is None else count


def _channels(content: dict[str, Any], words: Words) -> Table:
    columns = content["channels"]
    shown: dict[str, Callable[[Any, Words], Figure | str]] = {"containment": _share, "wait_median": _length, "wait_95": _length, "satisfaction": _score}
    rows = [[words.text(name).replace("%%", "%"), *(shown.get(figure, told)(column[figure], words) for column in columns)] for figure, name in FIGURES]
    return Table(words.text(_("Theo kênh")), [words.text(_("Chỉ số")), *(label(words.language, "channel", column["channel"]) for column in columns)], rows)


def _commune(row: dict[str, Any], words: Words) -> list[Any]:
    counts = [told(row[name], words) for name in ("conversations", *TICKET_KINDS, "all", "done", "overdue")]
    return [row["commune"], *counts, _length(row["time_median"], words), _score(row["satisfaction"], words)]


def _share(value: float | None, words: Words) -> Figure | str:
    return words.percent(value) if value is None else Figure(value, words.percent(value), "0%")


def _length(seconds: float | None, words: Words) -> Figure | str:
    """A spreadsheet counts time in days."""
    return words.length(seconds) if seconds is None else Figure(seconds / 86400, words.length(seconds), "[h]:mm")


def _score(value: float | None, words: Words) -> Figure | str:
    return words.score(value) if value is None else Figure(value, words.score(value), "0.0")
