"""How the desk names the codes that the database stores."""

from uuid import UUID

from integrations.desk.audit_names import ACTIONS, ACTORS, AUDITED_VALUES, DETAILS, SUBJECTS
from integrations.desk.intent_names import INTENTS
from integrations.desk.step_names import STEPS
from integrations.desk.texts import mark as _
from integrations.desk.texts import translate

LABELS: dict[str, dict[str, str]] = {
    "role": {"agent": _("Cán bộ trực"), "supervisor": _("Phụ trách"), "field": _("Tổ lưu động"), "auditor": _("Kiểm tra"), "admin": _("Quản trị")},
    "channel": {"web": "Web", "zalo": "Zalo", "sms": "SMS", "ussd": "USSD", "all": _("Tất cả")},
    "owner": {"bot": _("Trợ lý tự động"), "queued": _("Đang chờ"), "agent": _("Cán bộ đang xử lý")},
    "reason": {
        "asked": _("Người dân yêu cầu"), "failed_twice": _("Trợ lý không hiểu hai lần"),
        "angry": _("Người dân bực bội"), "emergency": _("KHẨN CẤP"),
        "failed_turn": _("Trợ lý gặp lỗi"), "manual_review": _("Ki-ốt cần người xem"), "staff_wrote_elsewhere": _("Cán bộ viết từ Zalo"),
        "taken_over": _("Cán bộ chủ động"),
        "reopened": _("Mở lại"),
        "call_back": _("Đã gọi lại"),
    },
    "summary": {
        "data_request": _("Yêu cầu về dữ liệu cá nhân, chưa biết chắc là ai"),
        "data_request_verified": _("Yêu cầu về dữ liệu cá nhân: có người đã xác thực tại ki-ốt; trước khi trả dữ liệu, đối chiếu đúng là dữ liệu của người đó"),
        "verification": _("Ki-ốt không xác thực được"),
    },
    "case": {"open": _("Đang chờ"), "assigned": _("Đang xử lý"), "snoozed": _("Tạm hoãn"), "resolved": _("Đã xong")},
    "resolution": {
        "solved": _("Đã giải quyết"), "guided": _("Đã hướng dẫn nơi làm"), "ticket": _("Đã lập phiếu"), "no_answer": _("Người dân không trả lời"),
        "spam": _("Không phải yêu cầu thật"), "returned": _("Trả lại trợ lý"), "left": _("Người dân rời hàng chờ"),
        "out_of_hours": _("Ngoài giờ, đã lập phiếu"),
    },
    "kiosk_result": {
        "verified": _("Ki-ốt: đã xác thực xong"), "rejected": _("Ki-ốt: không xác thực được"), "manual_review": _("Ki-ốt: cán bộ đang xem lại"),
        "expired": _("Ki-ốt: hết giờ, chưa xác thực"), "cancelled": _("Ki-ốt: đã dừng, chưa xác thực"),
    },
    "author": {"citizen": _("Người dân"), "assistant": _("Trợ lý tự động"), "agent": _("Cán bộ"), "system": _("Thông báo"), "note": _("Ghi chú nội bộ")},
    "delivery": {
        "pending": _("đang gửi"), "sending": _("đang gửi"), "sent": _("đã gửi"), "delivered": _("đã nhận"), "seen": _("đã xem"),
        "ambiguous": _("không rõ đã đến chưa"), "dead": _("KHÔNG GỬI ĐƯỢC"),
    },
    "case_label": {
        "vneid": "VNeID", "card": _("Thẻ căn cước"), "lodging": _("Lưu trú"), "residence": _("Cư trú"), "complaint": _("Phản ánh"), "other": _("Việc khác"),
    },
    "view": {
        "waiting": _("Đang chờ"), "mine": _("Của tôi"), "assigned": _("Đang xử lý"), "snoozed": _("Tạm hoãn"), "mentions": _("Nhắc đến tôi"),
        "failed": _("Gửi lỗi"), "resolved": _("Đã xong"),
    },
    "view_empty": {
        "waiting": _("Không có ai đang chờ. Trang tự hiện người mới và kêu chuông."),
        "mine": _("Bạn chưa giữ cuộc nào. Chọn một người ở “Đang chờ” rồi bấm “Nhận trả lời”."),
        "assigned": _("Không có cuộc nào đang được xử lý."),
        "snoozed": _("Không có cuộc nào tạm hoãn. Cuộc tạm hoãn tự quay lại đúng giờ hoặc khi người dân viết."),
        "mentions": _("Chưa ai nhắc đến bạn. Đồng nghiệp nhắc bằng @tên trong ghi chú."),
        "failed": _("Không có tin nào gửi lỗi trong 7 ngày qua."),
        "resolved": _("Chưa có cuộc nào xong."),
    },
    "sentence": {
        "wait_known": _("Đang chờ, biết thời gian"), "wait_unknown": _("Đang chờ, chưa biết thời gian"), "nobody": _("Không có cán bộ trực"),
        "closed": _("Ngoài giờ"), "call_back": _("USSD: sẽ gọi lại"), "left_queue": _("Rời hàng chờ"), "requeued": _("Chuyển lại hàng chờ"),
        "ended": _("Kết thúc hỗ trợ"), "question": _("Hỏi mức hài lòng"), "thanks": _("Cảm ơn"), "ask_comment": _("Mời góp ý"), "write_comment": _("Chờ góp ý"),
        "joined": _("Cán bộ vào"), "left": _("Cán bộ rời"), "transferred": _("Chuyển cán bộ"), "ticket_made": _("Đã lập phiếu"),
    },
    "journey": {
        "eid": _("Kích hoạt VNeID"), "id_card": _("Hỏi tình trạng thẻ"), "lodging": _("Thông báo lưu trú"), "lodging_manage": _("Sửa, hủy lưu trú"),
        "ticket": _("Lập phiếu hẹn"), "verification": _("Xác minh tại ki-ốt"),
    },
    "outcome": {"ticket": _("Thành phiếu"), "person": _("Sang cán bộ"), "put_off": _("Để sau"), "cancelled": _("Người dân hủy"), "abandoned": _("Bỏ dở")},
    "action": ACTIONS, "subject": SUBJECTS, "actor": ACTORS, "detail": DETAILS, **AUDITED_VALUES,
    "step": STEPS,
    "intent": INTENTS,
    "certainty": {"seen": _("đã đọc bản gốc"), "second_hand": _("biết qua bản tóm tắt"), "unverified": _("chưa kiểm chứng")},
    "ticket_view": {"today": _("Hôm nay"), "open": _("Chưa xong"), "overdue": _("Quá hạn"), "mine": _("Của tôi"), "closed": _("Đã đóng")},
    "ticket_empty": {
        "today": _("Hôm nay không có lịch đi. Mở “Chưa xong” để nhận phiếu và hẹn ngày."), "open": _("Không có phiếu nào chưa xong."),
        "overdue": _("Không có phiếu nào quá hạn."), "mine": _("Bạn chưa nhận phiếu nào. Mở “Chưa xong” để nhận."), "closed": _("Chưa có phiếu nào đóng."),
    },
    "ticket_kind": {"home_visit": _("Đến nhà"), "call_back": _("Gọi lại"), "appointment": _("Lịch hẹn"), "wrong_data": _("Sai thông tin")},
    "ticket_state": {"open": _("Mới"), "assigned": _("Đã giao"), "done": _("Xong"), "cancelled": _("Đã hủy")},
}  # fmt: skip


def case_code(case_id: UUID) -> str:
    """How a case is called when speaking: `YC-` and six digits of its id."""
    return f"YC-{case_id.hex[:6].upper()}"


def label(language: str, kind: str, name: str | None) -> str:
    """How the desk calls a stored code, in the reader's language."""
    return translate(language, LABELS[kind].get(name or "", name or "–"))
