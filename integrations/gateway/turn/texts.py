"""The few sentences the gateway says itself, when the bot must not or cannot be asked. Vietnamese, and English for foreigners."""

from typing import Literal

Sentence = Literal["media_refused", "empty", "too_long", "secret_removed", "delayed", "person_called", "emergency"]

_TEXTS: dict[Sentence, dict[str, str]] = {
    "media_refused": {
        "vi": "Tôi chỉ đọc được chữ. Ảnh và tệp ông/bà gửi không được mở và không được lưu. Xin đừng gửi ảnh căn cước. Ông/bà hãy viết câu hỏi bằng chữ.",
        "en": "I can read text only. The picture or file was not opened and not kept. Please never send a photo of an ID card. Type your question.",
    },
    "empty": {
        "vi": "Tôi chưa thấy chữ nào trong tin của ông/bà. Ông/bà hãy viết câu hỏi, ví dụ: kích hoạt VNeID.",
        "en": "Your message has no text. Please type your question, for example: activate VNeID.",
    },
    "too_long": {
        "vi": "Tin của ông/bà dài quá nên tôi chưa đọc hết được. Ông/bà hãy viết ngắn lại, mỗi tin một việc.",
        "en": "Your message is too long for me. Please write shorter messages, one matter at a time.",
    },
    "secret_removed": {
        "vi": "Trong tin có vẻ có mã OTP, mật khẩu hoặc số thẻ. Tôi đã xóa, không lưu. Đừng gửi mã hay mật khẩu cho ai, kể cả người xưng là cán bộ.",
        "en": "Your message seems to hold a one-time code, password or card number. I removed it. Never give these to anyone, not even an official.",
    },
    "delayed": {
        "vi": "Hệ thống đang chậm. Tôi đã nhận được tin của ông/bà và sẽ trả lời ngay khi được. Ông/bà không cần gửi lại.",
        "en": "The system is slow right now. I have your message and will answer as soon as I can. You do not need to send it again.",
    },
    "person_called": {
        "vi": "Xin lỗi ông/bà, tôi chưa trả lời được tin này. Tôi đã chuyển cho cán bộ, cán bộ sẽ nhắn trả lời ông/bà. Nếu gấp, ông/bà gọi 1900 0368.",
        "en": "Sorry, I could not answer this message. I passed it to an officer, who will write to you. If it is urgent, please call 1900 0368.",
    },
    "emergency": {
        "vi": "Việc khẩn cấp xin gọi ngay: 113 công an, 114 cháy và cứu nạn, 115 cấp cứu. Đừng chờ trả lời ở đây. Cán bộ đã được báo đây là việc khẩn cấp.",
        "en": "In an emergency call now: 113 police, 114 fire and rescue, 115 ambulance. Do not wait for an answer here. The officers see this as urgent.",
    },
}


def sentence(name: Sentence, language: str) -> str:
    """The text in the conversation's language; Vietnamese when there is none in it."""
    texts = _TEXTS[name]
    return texts.get(language, texts["vi"])
