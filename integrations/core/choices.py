"""Which offered choice a typed answer means: its number ("1", "1.", "số 1", "một"), its title with or without diacritics, or a button's payload."""

import re
from collections.abc import Sequence

from integrations.core.text import fold, nfc

_NUMBER_WORDS = {
    word: number for number, words in enumerate(("mot", "hai", "ba", "bon tu", "nam", "sau", "bay", "tam", "chin", "muoi"), start=1) for word in words.split()
}
_LEADING = r"(?:(?:so|chon|chon so|phim|bam|bam so|bam phim|muc|cau|y|lua chon|dap an|cai|thu)\s+)?"
_NUMBERED = re.compile(rf"^{_LEADING}(?P<number>\d{{1,2}}|{'|'.join(_NUMBER_WORDS)})\s*(?:nhe|nha|a|oi|di)?$")


def chosen(text: str, choices: Sequence[tuple[str, str]]) -> str | None:
    """The payload that `text` picks from `choices` (title, payload), in the order offered; None when it picks none.

    A title always wins over a number, so a choice that is itself called "2" means that choice. Of titles that differ only in
    their marks ("Lê Văn Tú", "Lê Văn Tứ") the marks decide; typed without them, or with others, neither is picked.
    """
    if not choices:
        return None
    exact = text.strip()
    for _, payload in choices:
        if exact == payload:
            return payload
    folded = _plain(fold(text))
    alike = [(title, payload) for title, payload in choices if folded and folded == _plain(fold(title))]
    if alike:
        marked = [payload for title, payload in alike if _plain(nfc(title).lower()) == _plain(nfc(text).lower())]
        return marked[0] if marked else alike[0][1] if len({payload for _, payload in alike}) == 1 else None
    match = _NUMBERED.match(folded)
    if match is None:
        return None
    number = int(match["number"]) if match["number"].isdigit() else _NUMBER_WORDS[match["number"]]
    return choices[number - 1][1] if 1 <= number <= len(choices) else None


def _plain(text: str) -> str:
    """Without punctuation and emoji."""
    return " ".join(re.sub(r"[^\w\s]", " ", text).split())
