// What the service's stable words mean to an operator.
export const PURPOSES = {
  lodging_check_in: "Nhận phòng, lưu trú", notary: "Công chứng", health_check_in: "Khám chữa bệnh", eid_level_2_precheck: "Trước khi làm mức 2",
  strong_chat_identity: "Xác nhận trong cuộc trò chuyện",
};
export const CHECKS = {
  sod_signature: "Chữ ký trên dữ liệu chip", issuer: "Nơi cấp thẻ", certificate_dates: "Hạn của chứng thư", issuing_state: "Quốc gia cấp",
  file_hashes: "Tệp trong chip nguyên vẹn", file_lists: "Danh sách tệp", copy_protection: "Chip không phải bản sao", active_authentication: "Chip ký thử thách",
  chip_authentication: "Khóa của chip", pace_chip_mapping: "Khóa của chip khi mở kết nối", mrz_digits: "Số kiểm tra của dòng máy đọc", expiry: "Hạn của thẻ", expected_holder: "Đúng số đã khai",
  holder_fields: "Thông tin chủ thẻ khớp nhau", protocols: "Giao thức của chip", revocation: "Chứng thư bị thu hồi", liveness: "Người thật trước máy ảnh", face: "Khuôn mặt khớp ảnh trong chip",
};
export const STATES = {
  passed: "Đạt", failed: "Không đạt", doubtful: "Chưa rõ", not_supported: "Thẻ không có", untrusted_issuer: "Chưa tin nơi cấp", not_proven: "Chưa chứng minh",
  not_checked: "Không kiểm tra",
};
export const FIELDS = { name: "Họ tên", birth_date: "Ngày sinh", number: "Số định danh", expiry_date: "Thẻ có giá trị đến" };
export const PICTURES = { portrait: "Ảnh trong chip", frame_0: "Máy ảnh, lúc đầu", frame_1: "Máy ảnh, giữa chừng", frame_2: "Máy ảnh, lúc cuối" };
export const MESSAGES = { name_or_password: "Tên hoặc mật khẩu không đúng.", locked: "Đã khóa 15 phút vì sai nhiều lần.", expired: "Trường hợp này đã hết giờ, ảnh đã xóa.",
  gone: "Trường hợp này không còn chờ quyết định, ảnh đã xóa.",
  verified: "Đã có người quyết định: chấp nhận.", rejected: "Đã có người quyết định: từ chối.", operator_token: "Phiên đã hết. Xin đăng nhập lại." };

// `chip:issuer:unknown_issuer` → "Nơi cấp thẻ"; `face:doubtful` → "Khuôn mặt khớp ảnh trong chip".
export function reasonLabel(reason) {
  const [kind, name] = reason.split(":");
  return kind === "chip" ? CHECKS[name] ?? name : kind === "quality" ? "Chất lượng ảnh" : CHECKS[kind] ?? reason;
}
