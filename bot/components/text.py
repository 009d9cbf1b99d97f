"""Vietnamese text as people type it, brought to one form. Pure functions; the spelling table is `spellings.yml` beside this file.

`fold` is this environment's own copy of `integrations.core.text.fold`; a test holds the two equal.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import Dict, List, Tuple

import yaml

SPELLINGS = Path(__file__).with_name("spellings.yml")
_TOKEN = re.compile(r"\w+|[^\w\s]+")
_STRETCHED = re.compile(r"([^\W\d_])\1{2,}")
# "hoà, khoẻ, thuỷ" (new placement) is rewritten as "hòa, khỏe, thủy"; "quý" keeps its mark, and a final consonant makes both styles agree.
_OPEN_SYLLABLE = re.compile(r"(?<!q)(oa|oe|uy)([\u0300\u0301\u0303\u0309\u0323])(?!\w)")


def fold(text: str) -> str:
    """Lower case, without diacritics, one space between words: "Đăng KÝ  mức 2" → "dang ky muc 2"."""
    visible = _visible(text)
    decomposed = unicodedata.normalize("NFD", re.sub(r"\s+", " ", visible).strip().lower().replace("đ", "d"))
    return "".join(character for character in decomposed if unicodedata.category(character) != "Mn")


def _visible(text: str) -> str:
    composed = unicodedata.normalize("NFC", text)
    return "".join(character for character in composed if unicodedata.category(character) != "Cf")


def fold_with_offsets(text: str) -> Tuple[str, List[int]]:
    """The text without diacritics, lower case, and for each of its characters the index of the character it came from.

    White space is kept as it stands, so a match in the folded text can be cut out of the original by these indices.
    """
    folded: List[str] = []
    origin: List[int] = []
    for index, character in enumerate(text):
        for part in unicodedata.normalize("NFD", character.lower()):
            if unicodedata.category(part) != "Mn":
                folded.append("d" if part == "đ" else part)
                origin.append(index)
    return "".join(folded), origin


def normalise(text: str) -> str:
    """What was meant: NFC, lower case, tone marks in one placement, chat spellings and abbreviations written out, no stretched letters."""
    tokens = [_spell(_place_tone(token)) for token in _TOKEN.findall(_visible(text).lower())]
    return _replace_phrases(" ".join(tokens).split())


def _place_tone(token: str) -> str:
    if token.isascii():
        return token
    decomposed = unicodedata.normalize("NFD", token)
    moved = _OPEN_SYLLABLE.sub(lambda match: match[1][0] + match[2] + match[1][1], decomposed)
    return unicodedata.normalize("NFC", moved)


def _spell(token: str) -> str:
    words = _spellings()[0]
    if token in words:
        return words[token]
    single = _STRETCHED.sub(r"\1", token)
    return words.get(single, single)


def _replace_phrases(tokens: List[str]) -> str:
    phrases, longest = _spellings()[1:]
    written: List[str] = []
    position = 0
    while position < len(tokens):
        for length in range(min(longest, len(tokens) - position), 1, -1):
            meant = phrases.get(" ".join(tokens[position : position + length]))
            if meant is not None:
                written.append(meant)
                position += length
                break
        else:
            written.append(tokens[position])
            position += 1
    return " ".join(written)


@lru_cache(maxsize=1)
def _spellings() -> Tuple[Dict[str, str], Dict[str, str], int]:
    table = yaml.safe_load(SPELLINGS.read_text(encoding="utf-8"))
    words = {str(typed): meant for typed, meant in table["words"].items()}
    # Phrases are looked for when the words are written out: "pass code" has become "mật khẩu code" by then.
    phrases = {" ".join(words.get(token, token) for token in str(typed).split()): meant for typed, meant in table["phrases"].items()}
    return words, phrases, max(len(typed.split()) for typed in phrases)
