"""The screens that need no bot. Folded and fitted like every other text; a test holds each within one screen of 160 characters."""

MENU = (
    "Trợ lý 06. Chọn số:\n1 Xem thẻ căn cước\n2 Kích hoạt VNeID\n3 Báo khách ngủ lại\n4 Nghi lừa đảo\n"
    "5 Cán bộ gọi lại\n6 Cán bộ đến nhà\n7 Số gọi, nơi làm\nHoặc gõ câu hỏi"
)
HOTLINE = "Gọi 1900 0368 phím 4: căn cước, VNeID. 18001096: dịch vụ công. Khẩn cấp: 113. Làm giấy tờ: công an xã, giờ hành chính. Ai hỏi mã OTP là lừa đảo."
CALL_BACK = "Cán bộ sẽ gọi lại số máy này trong giờ làm việc. Cán bộ không hỏi mật khẩu, mã OTP.\n1 Đồng ý\n0 Quay lại"
HOME_VISIT = "Cho người già yếu, khuyết tật, không đi lại được. Cán bộ sẽ gọi số máy này để hẹn.\n1 Đồng ý\n2 Khai rõ xã, lý do\n0 Quay lại"
TICKET = "Đã ghi nhận. Mã: {code}. Cán bộ sẽ gọi số máy này. Ai hỏi mật khẩu, mã OTP là lừa đảo."
RESUME = "Ông/bà đang làm dở việc trước.\n1 Làm tiếp\n2 Làm việc khác"
LATE = "Hệ thống đang bận. Tôi sẽ nhắn tin kết quả cho ông/bà. Nếu gấp, gọi 1900 0368 phím 4."
LATE_WITHOUT_SMS = "Hệ thống đang bận. Ông/bà bấm gọi lại sau ít phút. Nếu gấp, gọi 1900 0368 phím 4."
QUEUED = "Việc này đang chờ cán bộ. Cán bộ sẽ nhắn tin hoặc gọi số máy này. Gấp: 1900 0368 phím 4.\n1 Thôi chờ, làm việc khác\n0 Thoát"
LEFT_QUEUE = "Ông/bà đã thôi chờ cán bộ. Muốn làm việc khác, ông/bà gọi lại mã cũ."
WITH_STAFF = "Cán bộ đang giúp ông/bà việc này, sẽ nhắn tin hoặc gọi số máy này. Nếu gấp, gọi 1900 0368 phím 4."
MAINTENANCE = "Hệ thống đang bảo trì. Ông/bà gọi 1900 0368 phím 4, hoặc thử lại sau ít phút."
GOODBYE = "Cảm ơn ông/bà. Cần hỗ trợ, gọi 1900 0368 phím 4."
REDIAL = "Muốn làm tiếp, ông/bà gọi lại mã cũ."

NEXT, BACK, START = "9 Tiếp", "0 Quay lại", "0 Quay lại 00 Về đầu"
