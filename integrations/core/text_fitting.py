"""Makes Vietnamese text fit what a plain phone can show: folding to GSM-7, counting, splitting at word borders, USSD screens.

Limits: GSM 03.38 default alphabet, 160/153 septets or 70/67 UTF-16 units a segment (3GPP TS 23.040);
one USSD string is 160 octets, that is 182 septets or 80 UTF-16 units (3GPP TS 23.038), and has no second part.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from enum import StrEnum

GSM_BASIC = frozenset("@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà")
GSM_EXTENSION = frozenset("^{}\\[~]|€")
USSD_SEPTETS = 182
USSD_UCS2_UNITS = 80
SHORT_LINE = 40

_TYPOGRAPHY = str.maketrans(
    {
        "đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "ß": "ss", "æ": "ae", "Æ": "AE",
        "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‘": "'", "’": "'", "‚": "'", "`": "'", "´": "'",
        "–": "-", "—": "-", "‑": "-", "−": "-", "…": "...", "•": "-", "·": "-", "→": "->", "×": "x", "₫": "d",
        "⁄": "/", "≤": "<=", "≥": ">=", "\t": " ", "\r": "\n", "\u2028": "\n", "\u2029": "\n",
    }
)  # fmt: skip
_DIGIT_GROUPS = re.compile(r"\d[\d.,/:-]*(?: \d[\d.,/:-]*)+")
_CHOICE_LINE = re.compile(r"(?:\d+|\*)[ .)]")


class Coding(StrEnum):
    GSM7 = "gsm7"
    UCS2 = "ucs2"


def fold(text: str) -> str:
    """The same words in GSM-7 and without diacritics. Letters of other scripts become "?", pictures vanish. `fold(fold(x)) == fold(x)`."""
    folded = unicodedata.normalize("NFKD", text.replace("\r\n", "\n").translate(_TYPOGRAPHY)).translate(_TYPOGRAPHY)
    return "".join(map(_gsm_letter, folded))


def _gsm_letter(letter: str) -> str:
    if letter == "\n" or letter in GSM_EXTENSION or (letter in GSM_BASIC and not unicodedata.decomposition(letter)):
        return letter
    category = unicodedata.category(letter)
    if category == "Zs":
        return " "
    return "?" if category[0] in "LNP" else ""


def coding_of(text: str) -> Coding:
    """GSM-7 when every character is in the default alphabet or its extension table, otherwise UCS-2 for the whole text."""
    return Coding.GSM7 if all(letter in GSM_BASIC or letter in GSM_EXTENSION for letter in text) else Coding.UCS2


def _letter_units(letter: str, coding: Coding) -> int:
    if coding is Coding.GSM7:
        return 2 if letter in GSM_EXTENSION else 1
    return 2 if ord(letter) > 0xFFFF else 1


def units(text: str, coding: Coding | None = None) -> int:
    """Length in septets (an extension character counts 2) or UTF-16 code units."""
    coding = coding or coding_of(text)
    return sum(_letter_units(letter, coding) for letter in text)


def sms_segments(text: str) -> int:
    """How many radio segments the text costs. An escape pair and a surrogate pair are never parted, so a part may end one unit early."""
    coding = coding_of(text)
    single, part = (160, 153) if coding is Coding.GSM7 else (70, 67)
    if units(text, coding) <= single:
        return 1
    segments, used = 1, 0
    for letter in text:
        size = _letter_units(letter, coding)
        if used + size > part:
            segments, used = segments + 1, 0
        used += size
    return segments


def split_words(text: str, limit: int, measure: Callable[[str], int] = len) -> list[str]:
    """Pieces of at most `limit` by `measure`, cut between words. A word, a code, or a number written in groups is cut only if it alone
    exceeds the limit; a numbered choice, or a short line, moves whole to the next piece. Pieces joined by white space give the text back.
    """
    pieces: list[str] = []
    piece = ""
    for separator, atom in _atoms(text.strip(), limit, measure):
        longer = piece + separator + atom if piece else atom
        if measure(longer) <= limit:
            piece = longer
            continue
        if piece:
            pieces.append(piece)
        *whole, piece = _hard_cut(atom, limit, measure)
        pieces.extend(whole)
    return [*pieces, piece] if piece else pieces


def _atoms(text: str, limit: int, measure: Callable[[str], int]) -> list[tuple[str, str]]:
    """(white space before, unbreakable run) pairs in order."""
    atoms: list[tuple[str, str]] = []
    separator = ""
    for line in text.split("\n"):
        line = line.strip()
        kept_whole = limit if _CHOICE_LINE.match(line) else min(limit, SHORT_LINE)
        if line and measure(line) <= kept_whole:
            words = [line]
        else:
            glued = _DIGIT_GROUPS.sub(lambda group: group[0].replace(" ", "\x00") if measure(group[0]) <= limit else group[0], line)
            words = [word.replace("\x00", " ") for word in glued.split()]
        for word in words:
            atoms.append((separator, word))
            separator = " "
        separator = "\n" if separator in ("", " ") else separator + "\n"
    return atoms


def _hard_cut(atom: str, limit: int, measure: Callable[[str], int]) -> list[str]:
    pieces, piece = [], ""
    for letter in atom:
        if piece and measure(piece + letter) > limit:
            pieces.append(piece)
            piece = ""
        piece += letter
    return [*pieces, piece]


def split_numbered(text: str, limit: int, measure: Callable[[str], int] = len) -> list[str]:
    """Like `split_words`, and with "(1/3) " before each piece when there are several."""
    if measure(text.strip()) <= limit:
        return [text.strip()]
    digits = 1
    while True:
        reserve = measure("(/) ") + 2 * digits
        pieces = split_words(text, limit - reserve, measure)
        if len(str(len(pieces))) <= digits:
            return [f"({number}/{len(pieces)}) {piece}" for number, piece in enumerate(pieces, 1)]
        digits += 1


def fit_sms(text: str, *, diacritics: bool = False, segments: int = 2) -> list[str]:
    """SMS messages of at most `segments` radio segments each; folded to GSM-7 unless the deployment pays for diacritics."""
    text = unicodedata.normalize("NFC", text) if diacritics else fold(text)
    coding = coding_of(text)
    single, part = (160, 153) if coding is Coding.GSM7 else (70, 67)
    # An escape or surrogate pair that does not fit leaves one unit of its part empty.
    limit = single if segments == 1 else segments * part - (segments - 1)
    return split_numbered(text, limit, lambda piece: units(piece, coding))


def fit_ussd(text: str, *, footers: Sequence[str], diacritics: bool = False, limit: int | None = None) -> list[str]:
    """USSD screens. `footers` = (only screen, first, middle, last), already in the deployment's language; each goes on a line of its own.

    `limit` is the operator's own, if lower: in septets, or UTF-16 units with `diacritics`.
    """
    prepare = (lambda part: unicodedata.normalize("NFC", part)) if diacritics else fold
    coding = Coding.UCS2 if diacritics else Coding.GSM7
    limit = limit or (USSD_UCS2_UNITS if diacritics else USSD_SEPTETS)
    text = prepare(text).strip()
    only, first, middle, last = (prepare(footer) for footer in footers)
    if units(whole := _with_footer(text, only), coding) <= limit:
        return [whole]
    room = limit - max(units("\n" + footer, coding) for footer in (first, middle, last))
    pieces = split_words(text, room, lambda piece: units(piece, coding))
    middles = [_with_footer(piece, middle) for piece in pieces[1:-1]]
    return [_with_footer(pieces[0], first), *middles, _with_footer(pieces[-1], last)]


def _with_footer(text: str, footer: str) -> str:
    return f"{text}\n{footer}" if footer else text
