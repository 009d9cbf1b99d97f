"""The desk's words: every text is translated, keeps its variables, and nothing is marked as safe markup."""

import ast
import re
from datetime import date
from pathlib import Path

import pytest

from integrations.desk import pages
from integrations.desk.audit_names import ACTIONS, ACTORS, SUBJECTS
from integrations.desk.catalog import source_texts
from integrations.desk.texts import LANGUAGES, SOURCE, Words, catalog, translate

VARIABLE = re.compile(r"%\((\w+)\)s")
DESK = Path(pages.__file__).parent
STATIC = DESK / "static"


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != SOURCE])
def test_every_text_is_translated_with_its_variables_and_no_leftovers(language: str) -> None:
    texts, translations = set(source_texts()), catalog(language)
    assert len(texts) > 300
    assert sorted(texts - set(translations)) == []
    assert sorted(set(translations) - texts) == []
    assert [text for text in texts if sorted(VARIABLE.findall(text)) != sorted(VARIABLE.findall(translations[text]))] == []


def test_a_text_speaks_the_readers_language_with_its_numbers() -> None:
    assert translate("en", "Đăng xuất") == "Sign out"
    assert translate("vi", "Đăng xuất") == "Đăng xuất"
    assert (Words("vi").number(1234.5), Words("en").number(1234.5)) == ("1.234,5", "1,234.5")
    assert (Words("vi").length(240), Words("en").length(240)) == ("4 phút", "4 minutes")
    assert [Words("vi").length(seconds) for seconds in (40, 66, 119, 5400)] == ["40 giây", "1 phút", "2 phút", "2 giờ"]
    assert (Words("vi").score(4), Words("vi").day(date(2026, 12, 31))) == ("4,0", "31/12/26")


def test_everything_that_is_written_into_the_audit_trail_has_a_name() -> None:
    """Found in the code: the words that calls of `record` and its like hand over."""
    written = {
        word.value
        for path in (*DESK.rglob("*.py"), *(DESK.parent / "gateway").rglob("*.py"))
        for call in ast.walk(ast.parse(path.read_text()))
        if isinstance(call, ast.Call) and getattr(call.func, "attr", getattr(call.func, "id", "")) in ("record", "_saved", "_audit", "return_to_assistant")
        for argument in call.args
        if not isinstance(argument, ast.Dict)
        for word in ast.walk(argument)
        if isinstance(word, ast.Constant) and isinstance(word.value, str) and re.fullmatch("[a-z_]{4,}", word.value)
    }
    subjects = {"hours", "promises", "notice", "sentences", "chain", "week"}
    assert len(written) > 50
    assert written - subjects - set(ACTIONS) - set(SUBJECTS) - set(ACTORS) == set()
    assert set(ACTIONS) - written == set()


def test_no_template_marks_anything_as_safe_or_carries_inline_code() -> None:
    for template in pages.TEMPLATES.glob("*.html"):
        source = template.read_text()
        assert not re.search(r"\|\s*safe|autoescape false|Markup", source), template.name
        assert not re.search(r"<script(?![^>]*src=)|\son\w+=|\sstyle=|javascript:", source), template.name


def test_scripts_make_markup_only_from_the_servers_own_fragments() -> None:
    for script in STATIC.glob("*.js"):
        for line in script.read_text().splitlines():
            if "innerHTML" in line or "insertAdjacentHTML" in line:
                assert re.search(r"innerHTML = (html|await response\.text\(\));", line), line
