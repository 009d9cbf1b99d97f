"""Twilio's error codes: may the same message be tried again, and what staff are told. Twilio asks for no hard logic on unknown codes."""

from integrations.channels.base import Failed

OPTED_OUT = 21610

_FINAL = {
    20003: "Tài khoản Twilio không đúng. Báo bộ phận kỹ thuật.",
    21211: "Số điện thoại người nhận không đúng.",
    21408: "Twilio chưa được phép gửi tới nước này. Báo quản trị.",
    OPTED_OUT: "Người dân đã nhắn không nhận tin. Hãy gọi điện nếu thật cần.",
    21614: "Số này không nhận được tin nhắn (điện thoại cố định). Hãy gọi điện.",
    21617: "Tin dài quá giới hạn của Twilio. Báo bộ phận kỹ thuật.",
    30004: "Máy người nhận chặn tin.",
    30005: "Số điện thoại không tồn tại.",
    30006: "Số này không nhận được tin nhắn (điện thoại cố định). Hãy gọi điện.",
    30007: "Nhà mạng lọc tin này. Báo quản trị.",
}
_RETRYABLE = {
    20429: "Twilio báo gửi quá nhanh, hệ thống sẽ gửi lại.",
    30001: "Hàng đợi của Twilio đầy, hệ thống sẽ gửi lại.",
    30003: "Máy người nhận tắt hoặc ngoài vùng phủ sóng.",
    30008: "Twilio không chuyển được tin, không rõ lý do.",
    30009: "Twilio thiếu một phần của tin nhận được.",
}


def failure(code: int | None, status: int | None = None) -> Failed:
    """`code` of Twilio, `status` of HTTP. Unknown codes: only 429 and 503 are tried again."""
    if code in _RETRYABLE:
        return Failed(_RETRYABLE[code], True, str(code))
    if code in _FINAL:
        return Failed(_FINAL[code], False, str(code))
    busy = status in (429, 503)
    reason = "Twilio đang bận, hệ thống sẽ gửi lại." if busy else f"Twilio từ chối tin với mã {code or status}. Báo bộ phận kỹ thuật."
    return Failed(reason, busy, str(code or status))
