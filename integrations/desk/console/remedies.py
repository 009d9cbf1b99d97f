"""What an officer does about a message that did not arrive. Why it did not is the channel's own sentence."""

from integrations.desk.texts import mark as _

OTHER_WAY = _("Gửi lại ở đây không được. Gọi điện, hoặc lập phiếu gọi lại.")
FIX_TEXT = _("Sửa nội dung rồi gửi như một tin mới.")
ASK_FIRST = _("Chưa rõ tin đã đến. Hỏi người dân trước; chỉ gửi lại khi nhận hai lần cũng không sao.")
TRY_AGAIN = _("Gửi lại. Nếu vẫn lỗi: gọi điện, hoặc lập phiếu gọi lại.")
TELL_OPERATOR = _("Báo quản trị. Trong lúc chờ: gọi điện, hoặc lập phiếu gọi lại.")

_BY_CODE = {
    "zalo": {
        OTHER_WAY: {-213, -217, -218, -222, -227, -230, -232, -244}, FIX_TEXT: {-210, -248},
        TELL_OPERATOR: {-204, -205, -211, -212, -219, -221, -223, -224, -320, -321},
    },
    "sms": {OTHER_WAY: {21211, 21610, 21614, 30004, 30005, 30006, 108}, FIX_TEXT: {21617, 146, 201}, TELL_OPERATOR: {20003, 21408, 101, 103, 104, 140, 177}},
}  # fmt: skip


def remedy(channel: str, state: str, code: str | None) -> str:
    """The next step, as a source text of the catalog. `code` is the provider's own."""
    if state == "ambiguous":
        return ASK_FIRST
    if code == "no_sender":
        return TELL_OPERATOR
    number = int(code) if code and code.lstrip("-").isdigit() else None
    codes = _BY_CODE["sms" if channel == "ussd" else channel] if channel != "web" else {}
    return next((text for text, known in codes.items() if number in known), TRY_AGAIN)
