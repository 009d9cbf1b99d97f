"""Knowledge suggested to officers: near to the question, right on the day, with its source."""

from datetime import date
from pathlib import Path

from integrations.desk.suggestions.service import suggest

UNITS = """
defaults: {checked_on: 2026-11-23, certainty: seen}
units:
  - id: fee
    questions: ["Đổi thẻ căn cước mất bao nhiêu tiền?", lệ phí cấp đổi]
    versions:
      - {effective_from: 2026-01-01, effective_to: 2026-12-31, source: TT 73/2024, answer: {chat: Phí của năm 2026.}}
      - {effective_from: 2027-01-01, source: TT mới, certainty: unverified, answer: {chat: Phí của năm 2027.}}
  - id: night
    questions: ["Khách ngủ lại một đêm có phải báo không?"]
    versions:
      - {effective_from: 2026-07-01, source: Luật Cư trú, answer: {chat: Có.}}
"""


def test_the_answer_of_the_day_is_suggested_with_its_source(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text(UNITS)
    this_year, next_year = (suggest(tmp_path, "doi the can cuoc het bao nhieu tien", date(year, 12, 31 if year == 2026 else 1)) for year in (2026, 2027))
    assert [(found.unit, found.answer, found.source, found.checked_on, found.certainty) for found in this_year] == [
        ("fee", "Phí của năm 2026.", "TT 73/2024", date(2026, 11, 23), "seen")
    ]
    assert [(found.answer, found.certainty) for found in next_year] == [("Phí của năm 2027.", "unverified")]


def test_nothing_is_suggested_for_something_else_or_before_it_holds(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text(UNITS)
    assert suggest(tmp_path, "hôm nay trời đẹp quá", date(2026, 11, 23)) == []
    assert suggest(tmp_path, "khách ngủ lại một đêm", date(2026, 6, 30)) == []


def test_a_changed_file_is_read_again_and_a_broken_one_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "a.yml"
    path.write_text(UNITS)
    assert suggest(tmp_path, "khách ngủ lại một đêm có phải báo", date(2026, 11, 23))
    path.write_text("units: [")
    assert suggest(tmp_path, "khách ngủ lại một đêm có phải báo", date(2026, 11, 23)) == []
    assert suggest(tmp_path / "not there", "khách ngủ lại", date(2026, 11, 23)) == []
