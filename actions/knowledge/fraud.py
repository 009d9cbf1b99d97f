"""The net under the classifier for people who are being robbed: somebody calls or writes and wants a code read out."""

import re

from integrations.core.text import fold

WARNING = "eid-fraud-otp"
"""The unit that warns."""
_WANTS_A_CODE = re.compile(
    r"\b(goi|xung|nhan tin|nguoi la)\b.{0,80}\b(doc|dua|cung cap)\b.{0,20}\b(ma(?! (ho so|so thue|dinh danh|tinh|vach|qr))|otp|day so|mat khau|passcode)\b"
)


def is_asked_for_a_code(text: str) -> bool:
    """Whether it tells of such a call: the warning is due, whatever else is named ("không thì cắt lương hưu")."""
    return _WANTS_A_CODE.search(fold(text)) is not None
