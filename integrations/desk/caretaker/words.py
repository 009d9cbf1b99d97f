"""What the desk says to citizens by itself, and how it reads their short answers."""

import re

from integrations.channels.base import Choice, Reply
from integrations.core.text_fitting import fold
from integrations.desk.texts import mark as _
from integrations.desk.texts import translate

LEAVE = "/desk_leave"
RATE = "/desk_rate_"
COMMENT = "/desk_comment"
WAIT_KNOWN = _(
    "Cán bộ sẽ trả lời ông/bà tại đây. Trước ông/bà có %(ahead)s người, thường chờ khoảng %(minutes)s phút. "
    "Ông/bà cứ viết thêm, tin được giữ lại cho cán bộ. Không muốn chờ thì chọn “Quay lại trợ lý”."
)
WAIT_UNKNOWN = _(
    "Cán bộ sẽ trả lời ông/bà tại đây. Trước ông/bà có %(ahead)s người; tôi chưa ước tính được thời gian chờ. "
    "Ông/bà cứ viết thêm, tin được giữ lại cho cán bộ. Không muốn chờ thì chọn “Quay lại trợ lý”."
)
NOBODY = _(
    "Hiện chưa có cán bộ nào trực máy. Yêu cầu của ông/bà đã được ghi lại (mã %(code)s), cán bộ sẽ trả lời tại đây. "
    "Không muốn chờ thì chọn “Quay lại trợ lý”. Việc gấp, ông/bà gọi 1900 0368."
)
CLOSED = _(
    "Bây giờ ngoài giờ làm việc. Yêu cầu của ông/bà đã được ghi lại (mã %(code)s), cán bộ sẽ trả lời tại đây trong giờ làm việc, "
    "bắt đầu từ %(opening)s. Trong lúc chờ, trợ lý tự động vẫn giúp ông/bà. Việc gấp, ông/bà gọi 1900 0368."
)
CALL_BACK = _("Cán bộ sẽ gọi lại số này, muộn nhất %(due)s. Mã phiếu %(code)s. Gấp: gọi 1900 0368.")
LEFT_QUEUE = _("Ông/bà đã rời hàng chờ. Trợ lý tự động tiếp tục giúp ông/bà.")
REQUEUED = _("Cán bộ đang bận. Tôi đã chuyển ông/bà tới cán bộ khác, tin của ông/bà vẫn được giữ.")
ENDED = _("Cán bộ đã kết thúc hỗ trợ. Cần gặp lại, ông/bà viết “gặp cán bộ”.")
QUESTION = _("Ông/bà hài lòng đến mức nào? Xin chọn từ 1 (không hài lòng) đến 5 (rất hài lòng).")
THANKS = _("Cảm ơn ông/bà. Ông/bà có thể hỏi tiếp, trợ lý tự động trả lời.")
ASK_COMMENT = _("Cảm ơn ông/bà đã chấm %(score)s điểm. Muốn góp ý thêm, ông/bà chọn “Góp ý”; nếu không, ông/bà cứ hỏi tiếp.")
WRITE_COMMENT = _("Xin ông/bà viết góp ý trong một tin.")

_LEAVE_WORDS = frozenset(
    {"quay lai tro ly", "quay lai", "tro ly", "khong cho nua", "thoi khong cho nua", "roi hang cho", "back to assistant", "back to the assistant", "1"}
)
_SCORE = re.compile(r"([1-5])\s*(?:diem|sao|/\s*5|star|stars)?")


def waiting_reply(language: str, text: str, **values: object) -> Reply:
    """What a waiting citizen is told, with the way back."""
    return Reply(translate(language, text, **values), (Choice(translate(language, _("Quay lại trợ lý")), LEAVE),))


def satisfaction_question(language: str) -> Reply:
    """Ends the case and asks, in one message: on Zalo and SMS every message counts."""
    text = f"{translate(language, ENDED)}\n{translate(language, QUESTION)}"
    return Reply(text, tuple(Choice(str(score), f"{RATE}{score}") for score in range(1, 6)))


def comment_offer(language: str, score: int) -> Reply:
    return Reply(translate(language, ASK_COMMENT, score=score), (Choice(translate(language, _("Góp ý")), COMMENT),))


def wants_to_leave(text: str | None, payload: str | None) -> bool:
    return payload == LEAVE or (payload is None and _plain(text) in _LEAVE_WORDS)


def wants_to_comment(text: str | None, payload: str | None) -> bool:
    return payload == COMMENT or (payload is None and _plain(text) in {"gop y", "1"})


def score_of(text: str | None, payload: str | None) -> int | None:
    """The mark that a short answer gives, None when it is something else."""
    if payload is not None:
        return int(payload.removeprefix(RATE)) if re.fullmatch(f"{RATE}[1-5]", payload) else None
    match = _SCORE.fullmatch(_plain(text))
    return int(match[1]) if match else None


def _plain(text: str | None) -> str:
    return fold(text or "").lower().strip(" .!“”\"'")


def without_numbers(text: str) -> str:
    """For the audit trail, which holds no personal data."""
    return re.sub(r"\d", "*", text)
