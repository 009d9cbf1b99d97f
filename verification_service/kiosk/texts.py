"""Every text of the kiosk's screens. Vietnamese is the source; `locale/<language>` holds the translations (gettext catalogues, read by Babel)."""

from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po

LOCALE = Path(__file__).parent / "locale"
LANGUAGES = ("vi", "en")


def N_(text: str) -> str:
    """Marks a text for extraction."""
    return text


TEXTS = {
    "title": N_("Xác thực căn cước"),
    "welcome": N_("Chạm vào màn hình để bắt đầu"),
    "welcome_hint": N_("Ông/bà cần: mã 6 số trong tin nhắn và thẻ căn cước gắn chip"),
    "start": N_("Bắt đầu"),
    "code": N_("Nhập mã 6 số"),
    "code_hint": N_("Mã nằm trong cuộc trò chuyện với Trợ lý 06"),
    "scan_code": N_("Quét mã QR"),
    "scanning": N_("Đưa mã QR vào giữa khung hình"),
    "consent": N_("Ông/bà có đồng ý không?"),
    "consent_use": N_("Máy sẽ đọc chip trên thẻ và chụp khuôn mặt để so với ảnh trong chip."),
    "consent_keep": N_("Ảnh và dữ liệu chip được xóa ngay khi có kết quả. Nếu cán bộ phải xem lại, dữ liệu được giữ kín nhiều nhất 30 phút."),
    "consent_data": N_("Họ tên, ngày sinh và số định danh được giữ kín một giờ để làm việc này."),
    "agree": N_("Tôi đồng ý"),
    "decline": N_("Không đồng ý"),
    "purpose_lodging_check_in": N_("Mục đích: nhận phòng, thông báo lưu trú"),
    "purpose_notary": N_("Mục đích: công chứng, chứng thực"),
    "purpose_health_check_in": N_("Mục đích: khám chữa bệnh"),
    "purpose_eid_level_2_precheck": N_("Mục đích: kiểm tra trước khi làm định danh mức 2"),
    "purpose_strong_chat_identity": N_("Mục đích: xác nhận ông/bà trong cuộc trò chuyện"),
    "number": N_("Nhập 12 số trên thẻ căn cước"),
    "number_hint": N_("Hoặc quét mã QR ở mặt trước của thẻ"),
    "scan_card": N_("Quét QR trên thẻ"),
    "card": N_("Đặt thẻ lên đầu đọc"),
    "card_hint": N_("Đặt nằm phẳng và giữ yên"),
    "card_again": N_("Chưa được. Giữ thẻ trên đầu đọc để thử lại"),
    "reading": N_("Đang đọc thẻ, xin giữ yên"),
    "camera": N_("Nhìn vào máy ảnh"),
    "prompt_straight": N_("Nhìn thẳng"),
    "prompt_turn_left": N_("Quay mặt sang TRÁI"),
    "prompt_turn_right": N_("Quay mặt sang PHẢI"),
    "prompt_come_closer": N_("Lại gần hơn"),
    "prompt_close_eyes": N_("Nhắm mắt một lúc, rồi mở ra"),
    "advice_no_face": N_("Chưa thấy khuôn mặt. Đứng hoặc ngồi trước máy ảnh"),
    "advice_several_faces": N_("Chỉ một người trước máy ảnh"),
    "advice_too_far": N_("Lại gần hơn một chút"),
    "advice_cut_off": N_("Đưa cả khuôn mặt vào khung"),
    "advice_turned": N_("Nhìn thẳng vào máy ảnh"),
    "advice_tilted": N_("Giữ đầu thẳng"),
    "advice_too_dark": N_("Quay mặt về phía đèn"),
    "advice_too_bright": N_("Sáng quá. Tránh đèn chiếu thẳng"),
    "advice_light_from_one_side": N_("Quay mặt về phía đèn"),
    "advice_blurred": N_("Giữ yên một chút"),
    "advice_covered": N_("Bỏ khẩu trang và kính râm"),
    "advice_face_changed": N_("Chỉ một người, giữ nguyên trước máy ảnh"),
    "advice_jumped": N_("Quay chậm hơn"),
    "advice_not_done": N_("Làm theo chữ trên màn hình, chậm rãi"),
    "advice_too_late": N_("Hơi chậm. Xin làm lại"),
    "advice_no_match": N_("Khuôn mặt chưa khớp. Bỏ khẩu trang, kính râm và thử lại"),
    "advice_doubtful": N_("Ảnh chưa rõ. Quay mặt về phía đèn và thử lại"),
    "advice_repeated_frame": N_("Xin làm lại trước máy ảnh"),
    "deciding": N_("Đang kiểm tra, xin chờ vài giây"),
    "verified": N_("Xác thực xong"),
    "verified_hint": N_("Cuộc trò chuyện của ông/bà sẽ tự tiếp tục. Nhớ cầm lại thẻ."),
    "rejected": N_("Không xác thực được"),
    "rejected_hint": N_("Xin gặp cán bộ tại quầy để được giúp. Nhớ cầm lại thẻ."),
    "review": N_("Cán bộ sẽ xem lại"),
    "review_hint": N_("Xin chờ cán bộ tại quầy. Kết quả sẽ đến trong cuộc trò chuyện."),
    "problem_code_unknown": N_("Mã không đúng hoặc đã hết hạn. Xem lại mã, hoặc xin mã mới trong cuộc trò chuyện"),
    "problem_no_card": N_("Chưa thấy thẻ. Đặt thẻ nằm phẳng lên đầu đọc rồi thử lại"),
    "problem_card_removed": N_("Thẻ bị nhấc ra sớm. Đặt lại và giữ yên đến khi đọc xong"),
    "problem_wrong_card": N_("Số đã nhập không khớp với thẻ này. Nhấc thẻ ra, kiểm tra 12 số và nhập lại"),
    "problem_card_unreadable": N_("Không đọc được thẻ. Lấy thẻ khỏi ví, đặt lại và thử lại"),
    "problem_reader_missing": N_("Đầu đọc thẻ không hoạt động. Xin gọi cán bộ"),
    "problem_camera_refused": N_("Máy ảnh không hoạt động. Xin gọi cán bộ"),
    "problem_network": N_("Mất kết nối mạng. Xin chờ một phút rồi thử lại"),
    "problem_session_over": N_("Đã hết thời gian. Xin mã mới trong cuộc trò chuyện"),
    "problem_not_enrolled": N_("Máy này chưa được phép dùng. Xin gọi cán bộ"),
    "problem_server": N_("Máy chủ chưa sẵn sàng. Xin gọi cán bộ"),
    "problem_too_many_codes": N_("Nhập sai quá nhiều lần. Xin chờ 10 phút hoặc gọi cán bộ"),
    "still_there": N_("Ông/bà còn ở đây không?"),
    "still_there_hint": N_("Nếu không, máy sẽ xóa mọi thứ trên màn hình."),
    "still_there_yes": N_("Tôi còn ở đây"),
    "retry": N_("Thử lại"),
    "start_over": N_("Về màn hình đầu"),
    "stop": N_("Dừng lại"),
    "done": N_("Xong"),
    "erase": N_("Xóa"),
    "next": N_("Tiếp tục"),
    "attempts_left": N_("Số lần còn lại:"),
    "language": N_("English"),
    "speak": N_("Đọc to"),
    "help": N_("Cần giúp? Gọi cán bộ hoặc 1900 0368"),
}


@cache
def texts_in(language: str) -> dict[str, str]:
    """All texts by key. A missing translation falls back to Vietnamese; a test does not let that happen."""
    if language == "vi":
        return dict(TEXTS)
    with (LOCALE / language / "LC_MESSAGES" / "kiosk.po").open("rb") as file:
        catalogue = read_po(file, locale=language)
    return {key: (catalogue.get(text) and catalogue.get(text).string) or text for key, text in TEXTS.items()}
