"""Which of the assistant's two languages a message is written in, where that is plain."""

from __future__ import annotations

import re
from typing import Optional, Text

FEWEST_WORDS = 4
ENGLISH_WORDS, ENGLISH_WORDS_OF_A_SHORT_SENTENCE, SHORT = 3, 2, 7
MARKED_WORDS = 2
# English words that are no Vietnamese syllable typed without its marks ("can", "the", "do", "to", "it", "my", "not" are).
_ENGLISH = frozenset(
    "is are was were how what where when which who why need must should have has does did will would could please for of with from this that these "
    "they their you your we our want get register registered registration stay stayed staying night nights hotel guest guests report lost help "
    "foreigner foreigners police if because and or there here about already address arrive arrived after before within hours days week weeks months "
    "office number phone application status lodging residence temporary permanent owner landlord house apartment tourist work working resident know "
    "tell".split()
)
_VIETNAMESE = frozenset("toi cua khong ko nguoi duoc dang cuoc minh nhu nao voi khach luu tru dinh danh xin hoi muon phai giup lam bao nhieu".split())


def language_of(text: Text) -> Optional[Text]:
    """`en` or `vi`; None where the words do not say: few words, a name, an error message inside a Vietnamese sentence."""
    words = re.findall(r"[^\W\d_]+", text.lower())
    marked = sum(not word.isascii() for word in words)
    if marked >= MARKED_WORDS:
        return "vi"
    if marked or len(words) < FEWEST_WORDS or not _VIETNAMESE.isdisjoint(words):
        return None
    wanted = ENGLISH_WORDS_OF_A_SHORT_SENTENCE if len(words) <= SHORT else ENGLISH_WORDS
    return "en" if len(_ENGLISH.intersection(words)) >= wanted else None
