"""Words that mean danger at this moment, whatever is going on in the conversation: the numbers 113, 114 and 115 are said at once.

The language model has an intent for emergencies; this table is the net under it, for forms and for conversations that the bot does not hear.
Only phrases that can hardly mean anything else stand here; "cháy" (fire) counts with its mark, because "chay" is also to run.
"""

import re
import unicodedata

from integrations.core.text import fold

_FOLDED = re.compile(
    r"\b(?:cuu (?:toi|voi|em|chung toi|nguoi|mang)|chay (?:nha|lon|no|rung|cho)|hoa hoan|goi cuu hoa|dam chay"
    r"|bi (?:dam|chem|ban|dien giat|bat coc|cuop|hiep)|cuop giat|dang (?:danh|chem|dam) nhau|danh nhau to"
    r"|can cap cuu|cap cuu gap|goi cap cuu|goi (?:113|114|115)|tai nan (?:giao thong|chet nguoi|nghiem trong)|duoi nuoc|bat tinh|ngat xiu"
    r"|(?:ke|co) trom|trom (?:dang|dot nhap|vao nha|cay)|doa giet|giet nguoi|muon chet"
    r"|call (?:the )?(?:police|ambulance)|house is on fire|there is a fire|being attacked|help me please)\b"
)
_MARKED = re.compile(r"\b(?:đang cháy|cháy rồi|nhà (?:\w+ ){0,3}cháy|bị cháy|tự tử|tự sát)\b")
_ABOUT_PAPERS = re.compile(r"\b(?:can cuoc|cccd|luu tru|tam tru|vneid|dinh danh|giay to)\b")


def is_emergency(text: str) -> bool:
    """Whether a text calls for 113, 114 or 115. A sentence about papers ("bị cướp mất căn cước") does not."""
    folded = " ".join(re.findall(r"\w+", fold(text)))
    if _ABOUT_PAPERS.search(folded):
        return False
    return bool(_FOLDED.search(folded) or _MARKED.search(unicodedata.normalize("NFC", text).lower()))
