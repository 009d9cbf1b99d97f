"""Words that mean danger at this moment, whatever is going on in the conversation: the numbers 113, 114 and 115 are said at once.

The language model has an intent for emergencies; this table is the net under it, for forms and for conversations that the bot does not hear.
Only phrases that can hardly mean anything else stand here. A word typed with marks stands for itself alone, one typed without for any of its readings,
so "bị bận" (busy) is not "bị bắn" (shot) and "bật tính năng" is not "bất tỉnh"; what would be ambiguous without marks counts with them only.
"""

import re

from integrations.core.text import fold, nfc

_ALSO_WITHOUT_MARKS = (
    r"(?<!nghiên )(?<!nghien )(?<!tra )(?<!sơ )cứu (?:tôi|với|em|chúng tôi|người|mạng)|cháy (?:nhà|lớn|rừng)|(?:hỏa|hoả) hoạn|đám cháy"
    r"|bị (?:đâm|chém|điện giật|bắt cóc|cướp|hiếp)|bị bắn (?:chết|trúng|bị thương)|nổ súng|cướp giật|đang (?:đánh|chém|đâm) nhau|đánh nhau to"
    r"|cần cấp cứu|cấp cứu gấp|gọi cấp cứu|gọi cứu (?:hỏa|hoả)|gọi (?:113|114|115)|tai nạn (?:giao thông|chết người|nghiêm trọng)"
    r"|(?:người|bé|cháu|con|em|trẻ|bị) (?:\w+ ){0,2}đuối nước|bất tỉnh(?! nang)|ngất xỉu|(?:kẻ|có) trộm|trộm (?:đang|đột nhập|vào nhà|cạy)"
    r"|(?:dọa|doạ) giết|giết người|(?:tôi|tui|em|cháu|mình|chỉ|không) muốn chết|không muốn sống nữa"
    r"|(?:bố|mẹ|cha|chồng|vợ|dượng|nó|hắn) (?:đang |cứ |lại )?đánh (?:cháu|con|em|tôi|tui|mình)(?! (?:dấu|số|máy|chữ))"
    r"|bị (?:\w+ )?(?:bạo hành|hành hung|xâm hại)"
    r"|call (?:the )?(?:police|ambulance)|house is on fire|there is a fire|being attacked"
)
_WITH_MARKS = r"bị bắn|đuối nước|cháy (?:chợ|nổ|rồi)|đang cháy|bị cháy|nhà (?:\w+ ){0,3}cháy|tự tử|tự sát"
_ABOUT_PAPERS = re.compile(r"\b(?:can cuoc|cccd|luu tru|tam tru|vneid|dinh danh|giay to)\b")


def _either_way(pattern: str) -> str:
    """The pattern with each word of Vietnamese also as it is typed without marks."""
    return re.sub(r"[^\W\d_]+", lambda word: word[0] if fold(word[0]) == word[0] else f"(?:{word[0]}|{fold(word[0])})", pattern)


_DANGER = re.compile(rf"\b(?:{_either_way(_ALSO_WITHOUT_MARKS)}|{_WITH_MARKS})\b")


def is_emergency(text: str) -> bool:
    """Whether a text calls for 113, 114 or 115. A sentence about papers ("bị cướp mất căn cước") does not."""
    words = " ".join(re.findall(r"\w+", nfc(text).lower()))
    return bool(_DANGER.search(words)) and not _ABOUT_PAPERS.search(fold(words))
