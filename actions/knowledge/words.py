"""The words of a question as retrieval compares them: folded, one word for one meaning, without fillers (`synonyms.yml`)."""

import re
from functools import cache
from itertools import pairwise
from pathlib import Path

import yaml

from integrations.core.text import fold

_AGE = re.compile(r"\b(\d{1,3})t\b")


@cache
def _tables() -> tuple[re.Pattern[str], dict[str, str], frozenset[str]]:
    tables = yaml.safe_load((Path(__file__).parent / "synonyms.yml").read_text(encoding="utf-8"))
    meaning = {phrase: name.replace(" ", "_") for name, phrases in tables["same"].items() for phrase in [name, *phrases]}
    longest_first = sorted(meaning, key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, longest_first))})\b"), meaning, frozenset(tables["filler"])


def plain(text: str) -> str:
    """Folded words with synonyms replaced: "lam cccd het bn" → "lam cccd bao_nhieu_tien"."""
    pattern, meaning, _ = _tables()
    words = _AGE.sub(r"\1 tuoi", " ".join(re.findall(r"\w+", fold(text))))
    return pattern.sub(lambda found: meaning[found[0]], words)


def telling(text: str) -> list[str]:
    """Its words that say something; all of them when none does."""
    words = plain(text).split()
    return [word for word in words if word not in _tables()[2]] or words


def terms(text: str) -> list[str]:
    """Telling words and pairs of neighbours: most Vietnamese words have two syllables. A replaced phrase counts by its syllables again."""
    words = [syllable for word in telling(text) for syllable in word.split("_")]
    return words + [f"{first} {second}" for first, second in pairwise(words)]


_ASKING = re.compile(
    r"\b(?:the_nao|o_dau|bao_lau|bao_nhieu|bao_nhieu_tien|may_gio|can_gi|gi|nao|ai|may|sao|hay|nghia|co phai|what|how|when|why|which|do i|must i|can i)\b"
    r"|\bco (?:\w+ ){0,6}(?:khong|chua)\b|\b(?:khong|duoc chua|a|ha|ah|hue)$"
)
_REPORTING = re.compile(
    r"\b(?:no|app|ung dung|vneid|may|he thong|man hinh)(?: \w+)? (?:bao|noi|hien|doi|bat)\b"
    r"|\bhien (?:chu|len|ra)\b|\bbao (?:loi|la|tai_khoan)\b"
)


def asks(text: str) -> bool:
    """Whether it asks for knowledge, or reports what an application says; "tôi muốn khai báo lưu trú" does neither."""
    words = plain(text)
    return "?" in text or bool(_ASKING.search(words) or _REPORTING.search(words))
