"""Zalo's error codes: may the same message be tried again, and what staff are told. Unknown codes are not retried."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from integrations.channels.base import Failed

TOKEN_REJECTED = frozenset({-216, -220})
LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")

_RETRYABLE = {
    -32: "Zalo báo gửi quá nhanh, hệ thống sẽ tự gửi lại.",
    -200: "Zalo gửi không thành công, hệ thống sẽ tự gửi lại.",
    -216: "Mã truy cập Zalo không hợp lệ, hệ thống đang xin mã mới.",
    -220: "Mã truy cập Zalo đã hết hạn, hệ thống đang xin mã mới.",
}
_AT_NIGHT = -234
_FINAL = {
    -100: "Tệp đính kèm đã hết hạn, cần tải lên lại.",
    -201: "Nội dung gửi sang Zalo sai quy cách. Báo bộ phận kỹ thuật.",
    -202: "Chữ ký gửi sang Zalo sai. Báo bộ phận kỹ thuật.",
    -204: "Tài khoản Zalo OA đã bị xóa. Báo ngay quản trị.",
    -205: "Tài khoản Zalo OA không tồn tại. Báo ngay quản trị.",
    -209: "Zalo không hỗ trợ loại yêu cầu này. Báo bộ phận kỹ thuật.",
    -210: "Nội dung gửi sang Zalo vượt giới hạn. Báo bộ phận kỹ thuật.",
    -211: "Zalo OA đã hết lượt gửi. Báo quản trị mua thêm.",
    -212: "Zalo OA chưa đăng ký quyền gửi tin. Báo quản trị.",
    -213: "Người dân chưa quan tâm Zalo OA. Hãy liên hệ bằng điện thoại hoặc SMS.",
    -217: "Người dân đã chặn lời mời của Zalo OA. Hãy liên hệ bằng điện thoại hoặc SMS.",
    -218: "Người dân đã nhận đủ số tin Zalo cho phép. Hãy liên hệ bằng điện thoại hoặc SMS.",
    -219: "Ứng dụng Zalo đã bị tắt. Báo ngay quản trị.",
    -221: "Zalo OA chưa được xác thực. Báo quản trị.",
    -222: "Tài khoản Zalo của người dân bị khóa hoặc lâu không dùng.",
    -223: "Zalo OA chưa cấp quyền này cho ứng dụng. Quản trị cần cấp quyền lại.",
    -224: "Zalo OA cần mua hoặc nâng gói dịch vụ. Báo quản trị.",
    -227: "Tài khoản Zalo của người dân bị khóa hoặc lâu không dùng.",
    -230: "Người dân không nhắn tin trong 7 ngày, Zalo không cho gửi. Hãy gọi điện hoặc gửi SMS.",
    -232: "Người dân chưa nhắn tin hoặc đã quá hạn trả lời trên Zalo. Hãy gọi điện hoặc gửi SMS.",
    -233: "Zalo không hỗ trợ loại tin này. Báo bộ phận kỹ thuật.",
    -240: "Zalo đã tắt cách gửi cũ. Báo bộ phận kỹ thuật.",
    -242: "Khóa ứng dụng Zalo không đúng. Báo bộ phận kỹ thuật.",
    -244: "Người dân không nhận loại tin này trên Zalo.",
    -248: "Zalo cho rằng nội dung vi phạm tiêu chuẩn. Hãy xem lại nội dung.",
    -320: "Zalo OA cần liên kết tài khoản Zalo Cloud. Báo quản trị.",
    -321: "Tài khoản Zalo Cloud không đủ tiền. Báo quản trị.",
}


def failure(code: int, now: datetime) -> Failed:
    """`code`: the answer's `error`, not 0."""
    if code == _AT_NIGHT:
        return Failed("Zalo không cho gửi từ 22 giờ đến 6 giờ, hệ thống sẽ gửi lại lúc 6 giờ.", True, str(code), _seconds_until_six(now))
    if code in _RETRYABLE:
        return Failed(_RETRYABLE[code], True, str(code))
    return Failed(_FINAL.get(code, f"Zalo từ chối tin nhắn với mã {code} chưa biết. Báo bộ phận kỹ thuật."), False, str(code))


def _seconds_until_six(now: datetime) -> float:
    local = now.astimezone(LOCAL)
    six = datetime.combine(local.date(), time(6), LOCAL)
    return (six if local < six else six + timedelta(days=1)).timestamp() - now.timestamp()
