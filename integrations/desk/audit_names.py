"""How the desk calls what stands on the audit trail: what was done, to what, by which part of the product, and the details' names."""

from integrations.desk.texts import mark as _

ACTIONS: dict[str, str] = {
    "signed_in": _("đăng nhập"),
    "signed_out": _("đăng xuất"),
    "sign_in_refused": _("từ chối đăng nhập"),
    "account_locked": _("khóa tạm sau 5 lần sai"),
    "password_changed": _("đổi mật khẩu"),
    "authenticator_enrolled": _("bật mã xác thực"),
    "on_duty": _("vào trực"),
    "off_duty": _("tạm nghỉ"),
    "account_added": _("thêm tài khoản"),
    "account_changed": _("đổi vai trò hoặc đơn vị"),
    "account_reset": _("cấp mật khẩu mới"),
    "account_disabled": _("khóa tài khoản"),
    "account_enabled": _("mở lại tài khoản"),
    "account_linked": _("gắn tài khoản cơ quan"),
    "account_unlinked": _("bỏ gắn tài khoản cơ quan"),
    "unit_added": _("thêm đơn vị"),
    "conversation_viewed": _("xem cuộc trò chuyện"),
    "transcript_downloaded": _("tải nội dung trò chuyện"),
    "numbers_revealed": _("xem số đang che"),
    "handed_over": _("chuyển cho cán bộ"),
    "claimed": _("nhận trả lời"),
    "given_back": _("trả lại trợ lý"),
    "transferred": _("chuyển cho người khác"),
    "snoozed": _("tạm hoãn"),
    "case_woken": _("hết tạm hoãn"),
    "case_requeued": _("đưa lại hàng chờ"),
    "case_resolved": _("kết thúc yêu cầu"),
    "case_closed": _("trả lại trợ lý sau khi xong"),
    "queue_left": _("người dân rời hàng chờ"),
    "office_closed": _("ngoài giờ, trợ lý trả lời tiếp"),
    "call_back_promised": _("hẹn gọi lại"),
    "delivery_retried": _("gửi lại tin lỗi"),
    "ticket_made": _("lập phiếu"),
    "ticket_viewed": _("xem phiếu"),
    "ticket_taken": _("nhận phiếu"),
    "ticket_assigned": _("giao phiếu"),
    "visit_planned": _("hẹn ngày đi"),
    "ticket_result": _("ghi kết quả phiếu"),
    "messages_judged": _("duyệt câu chưa hiểu"),
    "candidates_downloaded": _("tải đề xuất đã duyệt"),
    "report_made": _("lập báo cáo tuần"),
    "report_mailed": _("gửi báo cáo qua thư điện tử"),
    "report_downloaded": _("tải báo cáo"),
    "office_changed": _("đổi cấu hình"),
    "canned_reply_saved": _("lưu câu mẫu"),
    "canned_reply_removed": _("xóa câu mẫu"),
    "audit_verified": _("kiểm tra nhật ký"),
    "number_given": _("người dân cho dùng số máy"),
    "citizen_exported": _("xuất dữ liệu của người dân"),
    "citizen_corrected": _("sửa dữ liệu của người dân"),
    "citizen_erased": _("xóa dữ liệu của người dân"),
}
SUBJECTS: dict[str, str] = {
    "conversation": _("cuộc trò chuyện"), "ticket": _("phiếu"), "staff": _("tài khoản"), "unit": _("đơn vị"), "report": _("báo cáo"), "office": _("cấu hình"),
    "canned_reply": _("câu mẫu"), "learning": _("học hỏi"), "audit": _("nhật ký"), "outbound_message": _("tin gửi đi"),
}  # fmt: skip
ACTORS: dict[str, str] = {
    "desk": _("bàn trực (tự động)"), "terminal": _("dòng lệnh máy chủ"), "provider": _("tài khoản cơ quan"), "sign-in": _("trang đăng nhập"),
    "actions": _("trợ lý tự động"), "assistant": _("trợ lý tự động"), "operator": _("người vận hành máy chủ"),
}  # fmt: skip
DETAILS: dict[str, str] = {
    "by": _("bằng"), "password": _("mật khẩu"), "provider": _("tài khoản cơ quan"), "reason": _("lý do"), "why": _("vì sao"), "role": _("vai trò"),
    "kind": _("loại"), "count": _("số lượng"), "to": _("cho"), "until": _("đến"), "ticket": _("phiếu"), "outcome": _("kết quả"), "resolution": _("kết quả"),
    "label": _("nhãn"), "away": _("người vắng"), "whole": _("nguyên vẹn"), "case": _("yêu cầu"), "purpose": _("mục đích"), "field": _("mục"),
    "even_ambiguous": _("dù có thể đã đến"), "tables": _("số bảng"), "bot_turns": _("lượt trò chuyện của trợ lý"), "lodging": _("thông báo lưu trú"),
}  # fmt: skip
"""Names of details, and the few values that go with them."""
AUDITED_VALUES: dict[str, dict[str, str]] = {
    "ticket_outcome": {"done": _("Đã xong"), "cancelled": _("Hủy"), "follow_up": _("Cần đi lại")},
    "refusal": {"unknown": _("chưa được cấp quyền"), "no_role": _("không còn quyền"), "disabled": _("tài khoản đã khóa")},
    "purpose": {"lodging_notification": _("thông báo lưu trú")},
    "ticket_field": {
        "contact_name": _("Người liên hệ"), "phone": _("Điện thoại"), "commune": _("Xã, phường"), "hamlet": _("Thôn, tổ"), "reason": _("Lý do"),
        "preferred_time": _("Thời gian mong muốn"), "detail": _("Chi tiết"), "address": _("số máy"),
    },
    "office_setting": {
        "hours": _("Giờ làm việc"), "promises": _("Hẹn trả lời (phút)"), "notice": _("Thông báo cho mọi người dân"),
        "sentences": _("Câu bàn trực tự nói với người dân"),
    },
}  # fmt: skip
"""Values of details and names of settings that only the trail tells."""
