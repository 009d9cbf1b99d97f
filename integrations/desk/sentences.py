"""What the desk says to citizens by itself. A supervisor may word it anew in Vietnamese; what must be said in it stays in it."""

import re
from collections.abc import Mapping

from integrations.desk.errors import Refused
from integrations.desk.texts import SOURCE, translate
from integrations.desk.texts import mark as _

LONGEST = 600
SENTENCES: dict[str, str] = {
    "wait_known": _(
        "Cán bộ sẽ nhắn trả lời ông/bà. Trước ông/bà có %(ahead)s người, thường chờ khoảng %(minutes)s phút. "
        "Ông/bà cứ viết thêm, tin được giữ lại cho cán bộ. Không muốn chờ thì chọn “Quay lại trợ lý”."
    ),
    "wait_unknown": _(
        "Cán bộ sẽ nhắn trả lời ông/bà. Trước ông/bà có %(ahead)s người; tôi chưa ước tính được thời gian chờ. "
        "Ông/bà cứ viết thêm, tin được giữ lại cho cán bộ. Không muốn chờ thì chọn “Quay lại trợ lý”."
    ),
    "nobody": _(
        "Hiện chưa có cán bộ nào trực máy. Yêu cầu của ông/bà đã được ghi lại (mã %(code)s), cán bộ sẽ nhắn trả lời. "
        "Không muốn chờ thì chọn “Quay lại trợ lý”. Việc gấp, ông/bà gọi 1900 0368."
    ),
    "closed": _(
        "Bây giờ ngoài giờ làm việc. Yêu cầu của ông/bà đã được ghi lại (mã %(code)s), cán bộ sẽ nhắn trả lời trong giờ làm việc, "
        "bắt đầu từ %(opening)s. Trong lúc chờ, trợ lý tự động vẫn giúp ông/bà. Việc gấp, ông/bà gọi 1900 0368."
    ),
    "call_back": _("Cán bộ sẽ gọi lại số này, muộn nhất %(due)s. Mã phiếu %(code)s. Gấp: gọi 1900 0368."),
    "left_queue": _("Ông/bà đã rời hàng chờ. Trợ lý tự động tiếp tục giúp ông/bà."),
    "requeued": _("Cán bộ đang bận. Tôi đã chuyển ông/bà tới cán bộ khác, tin của ông/bà vẫn được giữ."),
    "ended": _("Cán bộ đã kết thúc hỗ trợ. Cần gặp lại, ông/bà viết “gặp cán bộ”."),
    "question": _("Ông/bà hài lòng đến mức nào? Xin chọn từ 1 (không hài lòng) đến 5 (rất hài lòng)."),
    "thanks": _("Cảm ơn ông/bà. Ông/bà có thể hỏi tiếp, trợ lý tự động trả lời."),
    "ask_comment": _("Cảm ơn ông/bà đã chấm %(score)s điểm. Muốn góp ý thêm, ông/bà chọn “Góp ý”; nếu không, ông/bà cứ hỏi tiếp."),
    "write_comment": _("Xin ông/bà viết góp ý trong một tin."),
    "joined": _("Cán bộ %(name)s đã vào trò chuyện và sẽ trả lời ông/bà."),
    "left": _("Cán bộ đã kết thúc hỗ trợ. Trợ lý tự động tiếp tục giúp ông/bà. Cần gặp lại cán bộ, ông/bà bấm “Gặp cán bộ”."),
    "transferred": _("Tôi đã chuyển ông/bà tới %(name)s. Tin của ông/bà được giữ nguyên."),
    "ticket_made": _("Cán bộ đã lập phiếu %(code)s cho ông/bà. Ông/bà giữ mã này để hỏi lại."),
}
_SOURCE_VARIABLE = re.compile(r"%\((\w+)\)s")
_VARIABLE = re.compile(r"\{\{\s*(\w+)\s*\}\}")


def said(own: Mapping[str, str], sentence: str, language: str, /, **values: object) -> str:
    """The sentence in the citizen's language; `own` are the supervisors' wordings of the source language."""
    if language == SOURCE and sentence in own:
        return _VARIABLE.sub(lambda match: str(values.get(match[1], match[0])), own[sentence])
    return translate(language, SENTENCES[sentence], **values)


def readable(name: str) -> str:
    """The built-in wording with its variables as supervisors write them."""
    return _SOURCE_VARIABLE.sub(r"{{\1}}", SENTENCES[name])


def check(name: str, text: str) -> str:
    """The new wording, trimmed; empty means the built-in one. Raises Refused: unknown, too long, or not with exactly the variables it needs."""
    wording = text.strip()
    if name not in SENTENCES or len(wording) > LONGEST:
        raise Refused(_("Câu không được dài quá %(limit)s ký tự."), limit=LONGEST)
    needed, used = set(_SOURCE_VARIABLE.findall(SENTENCES[name])), set(_VARIABLE.findall(wording))
    if wording and needed != used:
        raise Refused(_("Câu phải có đúng các biến: %(names)s."), names=", ".join(f"{{{{{one}}}}}" for one in sorted(needed)) or "–")
    return wording
