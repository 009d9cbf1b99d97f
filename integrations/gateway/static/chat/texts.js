// Every word the page itself says. The assistant's own sentences come from the server.
const TEXTS = {
  vi: {
    skip: "Đến ô nhập tin nhắn", machine: "Đây là trợ lý tự động (AI), không phải cán bộ.", tools: "Công cụ", smaller: "Chữ nhỏ hơn", larger: "Chữ to hơn",
    finish: "Kết thúc", log: "Cuộc trò chuyện", person: "Gặp cán bộ", call: "Gọi", entry: "Nhập câu hỏi của ông/bà", hint: "Nhập câu hỏi…", send: "Gửi",
    warning: "Không gửi mã OTP, mật khẩu hay ảnh giấy tờ vào đây.", personRequest: "Gặp cán bộ",
    citizen: "Ông/bà", assistant: "Trợ lý tự động", officer: "Cán bộ", notice: "Thông báo",
    sending: "Đang gửi…", sent: "Đã gửi", failed: "Chưa gửi được", resend: "Gửi lại", listen: "Nghe", stop: "Dừng", kioskCode: "Mã QR cho máy ở ki-ốt",
    offline: "Mất kết nối. Tin của ông/bà được giữ lại và sẽ tự gửi khi có mạng.", slow: "Máy chủ đang bận. Tin của ông/bà được giữ lại và sẽ tự gửi.",
    tooLong: (limit, length) => `Tin nhắn dài ${length} ký tự, tối đa ${limit}. Xin chia thành nhiều tin ngắn hơn.`,
    empty: "Xin nhập câu hỏi trước khi gửi.", refused: "Tin này không gửi được. Xin viết lại câu khác hoặc gọi 1900 0368.",
    stale: "Lựa chọn này đã cũ. Xin chọn ở tin mới nhất hoặc viết câu trả lời.",
    finishAsk: "Kết thúc và xóa cuộc trò chuyện khỏi máy này?", newer: "Có tin mới ↓", finished: "Cuộc trò chuyện đã kết thúc. Ông/bà có thể bắt đầu câu hỏi mới.",
    thinking: "Trợ lý đang trả lời…", officerTyping: "Cán bộ đang viết…",
    greeting: "Chào ông/bà. Tôi là trợ lý tự động, giúp việc kích hoạt VNeID, xem thẻ căn cước làm đến đâu và thông báo lưu trú. Ông/bà cần việc gì?",
  },
  en: {
    skip: "Go to the message box", machine: "This is an automatic assistant (AI), not an officer.", tools: "Tools", smaller: "Smaller text", larger: "Larger text",
    finish: "Finish", log: "Conversation", person: "Talk to an officer", call: "Call", entry: "Type your question", hint: "Type your question…", send: "Send",
    warning: "Never send an OTP, a password or a photo of papers here.", personRequest: "I want to talk to an officer",
    citizen: "You", assistant: "Automatic assistant", officer: "Officer", notice: "Notice",
    sending: "Sending…", sent: "Sent", failed: "Not sent", resend: "Send again", listen: "Listen", stop: "Stop", kioskCode: "QR code for the kiosk",
    offline: "No connection. Your message is kept and will be sent when you are online.", slow: "The server is busy. Your message is kept and will be sent.",
    tooLong: (limit, length) => `The message has ${length} characters, the limit is ${limit}. Please split it.`,
    empty: "Please type a question first.", refused: "This message cannot be sent. Please write it differently or call 1900 0368.",
    stale: "This choice is no longer offered. Please use the newest message or type your answer.",
    finishAsk: "Finish and remove the conversation from this device?", newer: "New message ↓", finished: "The conversation has ended. You can ask something new.",
    thinking: "The assistant is answering…", officerTyping: "The officer is typing…",
    greeting: "Hello. I am an automatic assistant for VNeID activation, ID card status and lodging notification. How can I help?",
  },
};

let current = localStorage.getItem("language") === "en" ? "en" : "vi";

export const language = () => current;
export const text = (name, ...values) => {
  const entry = TEXTS[current][name];
  return typeof entry === "function" ? entry(...values) : entry;
};

/** Writes the current language into every marked element of the page. */
export function translatePage() {
  document.documentElement.lang = current;
  for (const element of document.querySelectorAll("[data-text]")) element.textContent = text(element.dataset.text);
  for (const element of document.querySelectorAll("[data-label]")) element.setAttribute("aria-label", text(element.dataset.label));
  for (const element of document.querySelectorAll("[data-hint]")) element.placeholder = text(element.dataset.hint);
}

export function switchLanguage() {
  current = current === "vi" ? "en" : "vi";
  localStorage.setItem("language", current);
  translatePage();
}
