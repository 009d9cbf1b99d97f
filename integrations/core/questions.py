"""Whether a text reads like a question, with or without its mark and diacritics."""

import re

from integrations.core.text import fold

_QUESTION = re.compile(
    r"\?|\b(bao nhieu|bao lau|bao gio|may gio|may ngay|the nao|lam sao|o dau|cho nao|khi nao|vi sao|tai sao|la gi|co phai|duoc khong|phai khong"
    r"|can gi|nhung gi|the a|sao lai|what|how|when|where|why|rang)\b|\bkhong$"
)


def reads_like_question(text: str) -> bool:
    """By its words and its mark alone."""
    return bool(_QUESTION.search(fold(text)))
